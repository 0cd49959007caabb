import type { ValueSet } from '@medplum/fhirtypes';
import type { FhirServer } from '../fhir/server.ts';
import { OVERRIDE_REASONS } from '../terms.ts';
import type { Reason } from './drug-issues.ts';

/** The reasons that the clinic takes. */
export async function findReasons(server: FhirServer): Promise<readonly Reason[]> {
  const query = new URLSearchParams({ url: OVERRIDE_REASONS });
  const { expansion } = await server.get<ValueSet>(`ValueSet/$expand?${query.toString()}`);
  return (expansion?.contains ?? []).map(({ system = '', code = '', display = code }) => ({ system, code, display }));
}

import type { Practitioner, ValueSet } from '@medplum/fhirtypes';
import type { FhirServer } from '../fhir/server.ts';
import { nameText } from '../fhir/text.ts';
import { NOT_GIVEN_REASONS } from '../terms.ts';
import type { Option } from './give-form.tsx';

/** Why a dose may not have been given. */
export async function findNotGivenReasons(server: FhirServer): Promise<readonly Option[]> {
  const query = new URLSearchParams({ url: NOT_GIVEN_REASONS });
  const { expansion } = await server.get<ValueSet>(`ValueSet/$expand?${query.toString()}`);
  return (expansion?.contains ?? []).map(({ code = '', display = code }) => ({ value: code, text: display }));
}

/** Who may have stood beside: everybody but who gives it. @param user `Practitioner/1` */
export async function findWitnesses(server: FhirServer, user: string | undefined): Promise<readonly Option[]> {
  const { matches } = await server.search<Practitioner>('Practitioner', { active: 'true', _count: '500' });
  return matches
    .map(({ id = '', name }) => ({ value: `Practitioner/${id}`, text: nameText(name) }))
    .filter(({ value }) => value !== user)
    .sort((a, b) => a.text.localeCompare(b.text));
}

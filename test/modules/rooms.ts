import type { FhirServer } from '../flows/fhir-server.ts';

const EXAMPLE = 'https://example.org/';

/** A room as module rooms of test/modules/sample knows it. */
export function room(number: string, more: object = {}): object {
  return {
    resourceType: 'Location',
    meta: { profile: [`${EXAMPLE}StructureDefinition/room`] },
    extension: [{ url: `${EXAMPLE}StructureDefinition/room-number`, valueString: number }],
    status: 'active',
    name: `Room ${number}`,
    type: [{ coding: [{ system: `${EXAMPLE}CodeSystem/room-kind`, code: 'exam' }] }],
    ...more,
  };
}

/** A value of the Parameters that an operation answered. */
export async function countOf(server: Pick<FhirServer, 'get'>, path: string): Promise<unknown> {
  const { status, body } = await server.get(path);
  return status === 200 ? body.parameter?.find(({ name }) => name === 'count')?.valueInteger : status;
}

/** Of the first issue. */
export function textOf(answer: {
  readonly body: { readonly issue?: readonly { readonly details: { readonly text: string } }[] };
}): string {
  return answer.body.issue?.[0]?.details.text ?? '';
}

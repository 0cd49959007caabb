import type { JsonObject } from '../../../server/kernel/json.ts';
import { ambulatoryStatus, readmissionIndicator } from '../codes/visit-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { identifierOfCx, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { append, filled, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** How the patient came, what was arranged, and how they left. */
export function putHospitalization({ resource }: Elements, pv1: SegmentReader, draft: MappingDraft): void {
  const stay: JsonObject = {};
  const preadmission = pv1.value(5);
  if (preadmission !== undefined) stay.preAdmissionIdentifier = identifierOfCx(preadmission, draft);
  const put = (element: string, field: number, options: Parameters<typeof concept>[2]): void => {
    const value = pv1.value(field);
    const made = value === undefined ? undefined : concept(value, draft, options);
    if (made !== undefined) stay[element] = made;
  };
  put('reAdmission', 13, { map: readmissionIndicator });
  put('admitSource', 14, { table: 'HL70023' });
  put('dischargeDisposition', 36, { table: 'HL70112' });
  for (const [element, field, options] of LISTS) {
    for (const value of pv1.values(field)) {
      const made = concept(value, draft, options);
      if (made !== undefined) append(stay, element, made);
    }
  }
  const destination = pv1.value(37);
  if (destination !== undefined) stay.destination = destinationReference(destination, draft);
  const made = filled(stay);
  if (made !== undefined) resource.hospitalization = made;
}

const LISTS = [
  ['specialArrangement', 15, { map: ambulatoryStatus }],
  ['specialCourtesy', 16, { table: 'HL70099' }],
  ['dietPreference', 38, { table: 'HL70114' }],
] as const;

/** DLD: a kind of place as the sender lists them, once each. */
function destinationReference(value: Value, draft: MappingDraft): JsonObject | undefined {
  const kind = concept(value.part(1), draft, { table: 'HL70113' });
  if (kind === undefined) return undefined;
  const name = value.part(1).text(2) || value.part(1).text(1);
  const identifier = { system: ownSystem(draft, 'discharged-to'), value: value.part(1).text(1) || name };
  const reference = draft.add(`${value.place} ${identifier.value}`, {
    resource: { resourceType: 'Location', identifier: [identifier], name, mode: 'kind', type: [kind] },
    match: [matchOf(identifier)].filter((match) => match !== undefined),
    mode: 'create',
  });
  return { reference, display: name };
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { addressTypeType, addressTypeUse } from '../codes/patient-codes.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { dateTime } from './date-time.ts';

const ADDRESS_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0190';

/** XAD, and AD, whose parts are its first. https://hl7.org/fhir/R4/datatypes.html#Address */
export function address(value: Value, draft: MappingDraft): JsonObject | undefined {
  const street = value.part(1);
  const lines = [street.text(1), street.text(2), street.text(3), value.text(2), value.text(19)].filter(
    (line) => line !== '',
  );
  const made = filled({
    line: lines.length === 0 ? undefined : lines,
    city: value.text(3),
    district: value.part(9).text(2) || value.part(9).text(1),
    state: value.text(4),
    postalCode: value.text(5),
    country: value.text(6),
  });
  if (made === undefined) return undefined;
  putKind(made, value.text(7));
  const tract = value.part(10).text(1);
  if (tract !== '' && Array.isArray(made.line)) {
    const extension = [{ url: coreExtension('iso21090-ADXP-censusTract'), valueString: tract }];
    made._line = made.line.map((_line, index) => (index === 0 ? { extension } : null));
  }
  const period = filled({
    start: dateTime(value.part(13), draft) ?? dateTime(value.part(12).part(1), draft),
    end: dateTime(value.part(14), draft) ?? dateTime(value.part(12).part(2), draft),
  });
  if (period !== undefined) made.period = period;
  return made;
}

/** XAD.7: what FHIR has neither as use nor as type stays as a coding in an extension. */
function putKind(made: JsonObject, kind: string): void {
  if (kind === '') return;
  const use = addressTypeUse.lookup(kind);
  const type = addressTypeType.lookup(kind);
  if (use !== null && use !== undefined) made.use = use.code;
  if (type !== null && type !== undefined) made.type = type.code;
  if (kind === 'HV') append(made, 'extension', { url: coreExtension('iso21090-AD-use'), valueCode: kind });
  else if (made.use === undefined && made.type === undefined) {
    const isTable = use === null || type === null;
    const concept = isTable ? { coding: [{ system: ADDRESS_TYPES, code: kind }] } : { text: kind };
    append(made, 'extension', { url: coreExtension('alternate-codes'), valueCodeableConcept: concept });
  }
}

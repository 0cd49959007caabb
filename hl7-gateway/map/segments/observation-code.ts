import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

/** FHIR wants a code; where there is none at all it says so. */
const NO_CODE: JsonObject = { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] };

/** `24646-2&IMP`: what kind of statement about the code it is; `30955-9&30956-7`: a question within another. HL7 v2 §7.2.4. */
const SUFFIXED = /^(.+)&([A-Z]{3}|\d+-\d)$/;

/** OBX-3: what was observed, without the suffix of its code, which is not the coding system's. */
export function observationCode(value: Value | undefined, draft: MappingDraft): JsonObject {
  const made = value && concept(value, draft);
  if (made === undefined) return NO_CODE;
  if (!Array.isArray(made.coding)) return made;
  return { ...made, coding: made.coding.map((coding) => withoutSuffix(coding as JsonObject)) };
}

function withoutSuffix(coding: JsonObject): JsonObject {
  const [, code, suffix = ''] = SUFFIXED.exec(String(coding.code)) ?? [];
  if (code === undefined) return coding;
  return { ...coding, code: /^\d/.test(suffix) ? suffix : code };
}

/** Whether an OBX-3 is the impression of a report: its conclusion. */
export function isImpression(value: Value | undefined): boolean {
  return value?.peek(1).endsWith('&IMP') === true;
}

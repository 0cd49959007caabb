import type { JsonObject } from '../../../server/kernel/json.ts';
import { codingsOf, conceptText, referenceOf, stringOf } from './fhir-elements.ts';
import { shortText } from './value-text.ts';

/** Patients of one search: an address of the server must not become too long. */
const AT_ONCE = 50;

/**
 * Allergies in force, as a value for each: contrast media are given by them.
 * @param patients `Patient/1`
 * @returns values of (0010,2110) by patient
 */
export async function readAllergies(
  search: (query: string) => Promise<readonly JsonObject[]>,
  patients: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(patients)];
  const found = new Map<string, string[]>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE).join(',');
    for (const allergy of await search(`AllergyIntolerance?patient=${some}&clinical-status=active&_count=200`)) {
      const patient = referenceOf(allergy.patient);
      const text = shortText(conceptText(allergy.code), 64);
      if (text !== '' && !isDenied(allergy)) found.set(patient, [...(found.get(patient) ?? []), text]);
    }
  }
  return new Map([...found].map(([patient, texts]) => [patient, texts.join('\\')]));
}

/** What was refuted, or entered in error. */
function isDenied({ verificationStatus }: JsonObject): boolean {
  const codes = codingsOf(verificationStatus === undefined ? [] : [verificationStatus]);
  return codes.some(({ code }) => ['refuted', 'entered-in-error'].includes(stringOf(code)));
}

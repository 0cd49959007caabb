import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import { objectsOf, stringOf } from './fhir-elements.ts';
import { plainText } from './value-text.ts';

/** https://hl7.org/fhir/R4/extension-iso21090-en-representation.html: letters, ideograms, sounds. */
const REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';
const GROUPS = ['ABC', 'IDE', 'SYL'] as const;
/** Of a component group: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html#sect_6.2.1.1 */
const MOST = 64;

/** PN of a list of HumanNames: the official name, else the usual one, else the first; other ways to write it follow as groups. */
export function personName(names: JsonValue | undefined): string {
  const valid = objectsOf(names).filter(({ use }) => use !== 'old' && use !== 'nickname' && use !== 'maiden');
  const groups = GROUPS.map((code) => {
    const written = valid.filter((name) => representationOf(name) === code);
    const name =
      ['official', 'usual'].map((use) => written.find((each) => each.use === use)).find(Boolean) ?? written[0];
    return name === undefined ? '' : components(name);
  });
  return groups.join('=').replace(/=+$/, '');
}

function representationOf({ extension }: JsonObject): string {
  const found = objectsOf(extension).find(({ url }) => url === REPRESENTATION);
  return stringOf(found?.valueCode) || 'ABC';
}

/** Family, given, further given, prefixes, suffixes. */
function components({ family, given, prefix, suffix, text }: JsonObject): string {
  const [first = '', ...further] = textsOf(given);
  const parts = [stringOf(family), first, further.join(' '), textsOf(prefix).join(' '), textsOf(suffix).join(' ')];
  const written = parts.map(part).join('^').replace(/\^+$/, '');
  return (written === '' ? part(stringOf(text)) : written).slice(0, MOST);
}

/** `^` and `=` part a name. */
function part(text: string): string {
  return plainText(text.replace(/[\^=]/g, ' '));
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

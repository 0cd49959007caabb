import type { ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { isObject, type JsonValue } from '../../../kernel/json.ts';
import { report } from '../report.ts';
import type { ItemCheck } from '../rule.ts';

const MIN_LENGTH = 'http://hl7.org/fhir/StructureDefinition/minLength';

/** `maxLength`, and the extension minLength: characters of a text. */
export function lengthChecks(definition: ElementJson, label: string): readonly ItemCheck[] {
  const { maxLength } = definition;
  const minLength = integerExtension(definition, MIN_LENGTH);
  if (maxLength === undefined && minLength === undefined) return [];
  return [
    ({ value }, visit) => {
      if (typeof value !== 'string') return;
      if (maxLength !== undefined && value.length > maxLength) {
        report(visit, 'too-long', `${label} has ${value.length} characters. Expected are at most ${maxLength}.`);
      } else if (minLength !== undefined && value.length < minLength) {
        report(visit, 'value', `${label} has ${value.length} characters. Expected are at least ${minLength}.`);
      }
    },
  ];
}

function integerExtension({ extension }: ElementJson, url: string): number | undefined {
  const found: JsonValue | undefined = Array.isArray(extension)
    ? extension.find((candidate) => isObject(candidate) && candidate.url === url)
    : undefined;
  return isObject(found) && typeof found.valueInteger === 'number' ? found.valueInteger : undefined;
}

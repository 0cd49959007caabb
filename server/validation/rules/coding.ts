import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { addIssue, addIssueAt, shown, type Walk } from '../walk.ts';
import { isAbsoluteUri } from './absolute-uri.ts';

/** A code means something in the system that it names. https://hl7.org/fhir/R4/datatypes.html#Coding */
export function checkCoding(
  value: JsonValue,
  _parent: JsonObject | JsonArray,
  _key: string | number,
  walk: Walk,
): void {
  if (!isObject(value)) return;
  const { system, code } = value;
  if (typeof system !== 'string') {
    if (typeof code !== 'string') return;
    const text = 'A code without a system has no defined meaning. Expected is the system that the code belongs to.';
    addIssue(walk, 'code-invalid', text, 'warning');
  } else if (!isAbsoluteUri(system)) {
    const text = `"${shown(system)}" is no absolute URI. Expected is one such as http://… or urn:oid:….`;
    addIssueAt(walk, ['system'], 'value', text);
  } else if (system.includes('ValueSet') && walk.canonicals.find('ValueSet', system) !== undefined) {
    const text = `${shown(system)} is a value set. Expected is the code system that the code belongs to.`;
    addIssueAt(walk, ['system'], 'code-invalid', text);
  }
}

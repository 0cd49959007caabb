import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';

/** `CodeSystem.valueSet` is the value set of all its codes. https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.valueSet */
export function checkAllCodesValueSet({ url, valueSet }: JsonObject, walk: Walk): void {
  if (typeof valueSet !== 'string' || typeof url !== 'string') return;
  const found = walk.canonicals.find('ValueSet', valueSet);
  if (found === undefined || isAllOf(url, found)) return;
  const text = `${shown(valueSet)} is not the value set of all codes of this system. Expected is one that includes ${shown(url)} whole.`;
  addIssueAt(walk, ['valueSet'], 'value', text);
}

function isAllOf(system: string, { compose }: JsonObject): boolean {
  // Without a definition there is nothing to compare with.
  if (!isObject(compose) || !Array.isArray(compose.include)) return true;
  return compose.include.some(
    (include) =>
      isObject(include) &&
      include.system === system &&
      include.concept === undefined &&
      include.filter === undefined &&
      include.valueSet === undefined,
  );
}

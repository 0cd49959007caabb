import type { JsonObject } from '../../kernel/json.ts';
import { addIssue, type Walk } from '../walk.ts';

/** ext-1: either a value or nested extensions. https://hl7.org/fhir/R4/extensibility.html#Extension */
export function checkExtension(extension: JsonObject, hasValue: boolean, walk: Walk): void {
  if (hasValue !== (extension.extension !== undefined)) return;
  const problem = hasValue ? 'has a value and nested extensions' : 'has no value';
  addIssue(walk, 'structure', `The extension ${problem}. Give it either a value[x] or nested extensions.`);
}

import type { JsonObject } from '../../server/kernel/json.ts';
import { mergesVersions } from './match.ts';
import { countOf, flagOf, textOf, textsOf, type Parameters } from './parameters.ts';
import type { Scope } from './scope.ts';
import { statusNotes } from './status-notes.ts';
import type { ValueSetPlan } from './value-set-plan.ts';

const FLAGS = [
  'activeOnly',
  'excludeNested',
  'excludeNotForUI',
  'excludePostCoordinated',
  'includeDefinition',
  'includeDesignations',
  'limitedExpansion',
];
const COUNTS = ['count', 'offset'];

/** What the expansion was made with and from: `expansion.parameter`. */
export function expansionParameters(
  scope: Scope,
  parameters: Parameters,
  valueSet: JsonObject,
  plan: ValueSetPlan,
): JsonObject[] {
  const result: JsonObject[] = [];
  for (const name of FLAGS) {
    const value = flagOf(parameters, name);
    if (value !== undefined) result.push({ name, valueBoolean: value });
  }
  for (const name of COUNTS) {
    const value = countOf(parameters, name);
    if (value !== undefined) result.push({ name, valueInteger: value });
  }
  const filter = textOf(parameters, 'filter');
  if (filter !== undefined) result.push({ name: 'filter', valueString: filter });
  if (scope.languages !== undefined) result.push({ name: 'displayLanguage', valueCode: scope.languages.text });
  for (const value of textsOf(parameters, 'designation')) result.push({ name: 'designation', valueString: value });
  for (const value of textsOf(parameters, 'exclude-system')) result.push({ name: 'exclude-system', valueUri: value });
  const { usage } = scope;
  for (const [value, name] of usage.versionParameters) result.push({ name, valueUri: value });
  const merges = mergesVersions(scope, plan);
  if (merges || scope.versionsMatch !== undefined) result.push({ name: 'versionsMatch', valueBoolean: merges });
  for (const canonical of usage.systems.keys()) result.push({ name: 'used-codesystem', valueUri: canonical });
  for (const canonical of usage.valueSets.keys()) result.push({ name: 'used-valueset', valueUri: canonical });
  for (const canonical of usage.supplements) result.push({ name: 'used-supplement', valueUri: canonical });
  for (const { status, canonical } of statusNotes(scope, valueSet)) {
    result.push({ name: `warning-${status}`, valueUri: canonical });
  }
  return result;
}

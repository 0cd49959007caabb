import { readFileSync } from 'node:fs';
import {
  cloneJson,
  isObject,
  keepNumberText,
  numberText,
  parseJson,
  type JsonArray,
  type JsonObject,
} from '../../../server/kernel/json.ts';

/** Good and bad resources of one family of rules: a file beside this one. */
export interface Family {
  readonly title: string;
  /** StructureDefinitions, Questionnaires, ValueSets… that the cases need, besides those of R4. */
  readonly canonicals?: readonly JsonObject[];
  /** Valid resources by name. */
  readonly bases: Readonly<Record<string, JsonObject>>;
  readonly cases: readonly Case[];
}

/** A change of a base and what is found then: all errors, and of lesser issues those that are named. */
export interface Case {
  readonly name: string;
  readonly base: string;
  /** Values by path (`name[0].family`); null stands for null. */
  readonly set?: JsonObject;
  readonly remove?: readonly string[];
  readonly options?: JsonObject;
  readonly issues: readonly ExpectedIssue[];
}

/** A part of the text is enough. */
export type ExpectedIssue = readonly [severity: string, code: string, expression: string, text: string];

/** Read as requests are, so that decimals keep their digits. */
export function readFamily(file: string): Family {
  return parseJson(readFileSync(file, 'utf8')) as unknown as Family;
}

export function resourceOfCase({ bases }: Family, { base, set = {}, remove = [] }: Case): JsonObject {
  const found = bases[base];
  if (found === undefined) throw new Error(`there is no base ${base}`);
  const resource = cloneJson(found);
  for (const path of Object.keys(set)) change(resource, path, set);
  for (const path of remove) change(resource, path, {});
  return resource;
}

/** Objects and arrays that the path needs are made; a path that `values` does not have is removed. */
function change(resource: JsonObject, path: string, values: JsonObject): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  let target: JsonObject | JsonArray = resource;
  steps.forEach((step, index) => {
    const owner = target as JsonObject;
    if (index < steps.length - 1) {
      const next = (owner[step] ??= /^\d+$/.test(steps[index + 1] ?? '') ? [] : {});
      if (!isObject(next) && !Array.isArray(next)) throw new Error(`${path} leads through a value`);
      target = next;
    } else if (path in values) {
      owner[step] = values[path];
      keepNumberText(owner, step, numberText(values, path));
    } else Reflect.deleteProperty(owner, step);
  });
}

import { loadBaseCanonicals } from '../definitions/base-canonicals.ts';
import { loadDefinitions } from '../definitions/load.ts';
import type { Issue } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { createValidator } from './compile.ts';

/** What is wrong with the structure of a resource, which needs no terminology to be found. */
export function structureValidator(): (resource: JsonObject) => readonly Issue[] {
  const { validate } = createValidator({
    definitions: loadDefinitions(),
    canonicals: loadBaseCanonicals(),
    codes: { known: () => undefined, ask: () => Promise.reject(new Error('the structure holds no question of codes')) },
  });
  return (resource) => {
    const issues = validate(resource, { level: 'structure' });
    if (issues instanceof Promise) throw new Error('the structure holds no question of codes');
    return issues;
  };
}

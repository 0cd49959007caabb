import { stringifyJson, type JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem } from '../code-system.ts';
import { splitCanonical } from '../resource/elements.ts';
import type { Parameters } from './parameters.ts';
import { findSystem, type Scope } from './scope.ts';

/** Keeps expansions that were made, as long as nothing they rest on has changed. */
interface ExpansionCache {
  get(scope: Scope, valueSet: JsonObject, parameters: Parameters, make: () => Promise<JsonObject>): Promise<JsonObject>;
}

interface Kept {
  readonly expansion: JsonObject;
  /** The newest of the code systems then, by url; another release, also of the same version, makes it stale. */
  readonly newest: ReadonlyMap<string, CodeSystem | undefined>;
}

const MOST = 200;
const MOST_CODES = 1000;

export function expansionCache(): ExpansionCache {
  // Value sets never change: a new version is another object. So is the one that came with a request.
  const ids = new WeakMap<JsonObject, number>();
  let lastId = 0;
  const kept = new Map<string, Kept>();

  return {
    async get(scope, valueSet, parameters, make) {
      // What comes with a request is hardly asked for twice.
      if (scope.canonicals.version < 0) return make();
      const id = ids.get(valueSet) ?? (lastId += 1);
      ids.set(valueSet, id);
      const key = `${scope.canonicals.version} ${id} ${scope.languages?.text ?? ''} ${stringifyJson([...parameters])}`;
      const known = kept.get(key);
      if (known !== undefined && (await isCurrent(scope, known))) {
        kept.delete(key);
        kept.set(key, known);
        return known.expansion;
      }
      const expansion = await make();
      if (isSmall(expansion)) {
        kept.set(key, { expansion, newest: await newestSystems(scope) });
        const oldest = kept.keys().next();
        if (kept.size > MOST && oldest.done !== true) kept.delete(oldest.value);
      }
      return expansion;
    },
  };
}

function isSmall({ expansion }: JsonObject): boolean {
  const total =
    typeof expansion === 'object' && expansion !== null && 'total' in expansion ? expansion.total : undefined;
  return typeof total === 'number' && total <= MOST_CODES;
}

async function newestSystems(scope: Scope): Promise<ReadonlyMap<string, CodeSystem | undefined>> {
  const newest = new Map<string, CodeSystem | undefined>();
  for (const canonical of scope.usage.systems.keys()) {
    const { url } = splitCanonical(canonical);
    newest.set(url, await findSystem(scope, url, undefined));
  }
  return newest;
}

async function isCurrent(scope: Scope, { newest }: Kept): Promise<boolean> {
  for (const [url, system] of newest) {
    if ((await findSystem(scope, url, undefined)) !== system) return false;
  }
  return true;
}

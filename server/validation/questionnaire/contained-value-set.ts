import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CodedValue } from '../code-checker.ts';

/** Systems by code; undefined where a system is not written. */
type Codes = Map<string, Set<string | undefined>>;

/**
 * Tells whether codings are in a value set that has no url for terminology to know it by. Undefined where the value set
 * does not list all its codes (filters, whole systems, other value sets).
 */
export function containedMembership({ expansion, compose }: JsonObject): (coding: CodedValue) => boolean | undefined {
  const codes: Codes = new Map();
  let isComplete: boolean;
  if (isObject(expansion) && Array.isArray(expansion.contains)) {
    addExpanded(expansion.contains, codes);
    isComplete = true;
  } else isComplete = isObject(compose) && addIncluded(compose, codes);
  return ({ system, code = '' }) => {
    const systems = codes.get(code);
    if (systems !== undefined && (system === undefined || systems.has(system))) return true;
    return isComplete ? false : undefined;
  };
}

function addExpanded(contains: readonly JsonValue[], codes: Codes): void {
  const open: (readonly JsonValue[])[] = [contains];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    for (const entry of list) {
      if (!isObject(entry)) continue;
      if (entry.abstract !== true) add(entry.system, entry.code, codes);
      if (Array.isArray(entry.contains)) open.push(entry.contains);
    }
  }
}

/** Whether these are all codes. */
function addIncluded({ include: list, exclude }: JsonObject, codes: Codes): boolean {
  if (!Array.isArray(list) || exclude !== undefined) return false;
  let isComplete = true;
  for (const include of list) {
    if (!isObject(include)) continue;
    const { system, concept, filter, valueSet } = include;
    if (!Array.isArray(concept) || filter !== undefined || valueSet !== undefined) isComplete = false;
    else for (const item of concept) if (isObject(item)) add(system, item.code, codes);
  }
  return isComplete;
}

function add(system: JsonValue | undefined, code: JsonValue | undefined, codes: Codes): void {
  if (typeof code !== 'string') return;
  const name = typeof system === 'string' ? system : undefined;
  const systems = codes.get(code);
  if (systems === undefined) codes.set(code, new Set([name]));
  else systems.add(name);
}

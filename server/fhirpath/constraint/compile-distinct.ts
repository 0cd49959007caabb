import type { Definitions } from '../../definitions/definitions.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Expression } from '../syntax/expression.ts';
import type { Test, TestContext } from './place.ts';
import { compileSome, staticPath } from './static-path.ts';

const TEXTS = new Set(['string', 'code', 'uri', 'url', 'canonical', 'id']);

/** `element.select(path).isDistinct()`, `descendants().linkId.isDistinct()`: no text twice. */
export function compileDistinct(
  left: Expression,
  { definitions, type }: Pick<TestContext, 'definitions' | 'type'>,
): Test | undefined {
  const name = nameBelow(left);
  if (name !== undefined && isTextEverywhere(name, type, definitions)) {
    return (value) => addBelow(value, name, new Set());
  }
  const path = staticPath(left, type, definitions);
  if (path?.type === undefined || !TEXTS.has(path.type)) return undefined;
  let seen = new Set<JsonValue | undefined>();
  const someTwice = compileSome(path, (text) => seen.size === seen.add(text).size);
  return (value, place) => {
    seen = new Set();
    return !someTwice(value, place);
  };
}

/** The name in `descendants().name`. */
function nameBelow(expression: Expression): string | undefined {
  if (expression.kind !== 'member' || expression.left?.kind !== 'call') return undefined;
  const { name, left } = expression.left;
  return name === 'descendants' && left === undefined ? expression.name : undefined;
}

/** Whether every element of that name, in whatever a value of the type may hold, is a text. */
function isTextEverywhere(name: string, type: string, definitions: Definitions): boolean {
  const seen = new Set<string>();
  const open = [type];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    // A contained resource may be any.
    if (next === 'Resource') open.push(...definitions.resourceTypes);
    for (const { element, type: code } of definitions.type(next)?.properties.values() ?? []) {
      if (element.name === name && (element.isChoice || !TEXTS.has(code.code))) return false;
      open.push(code.code);
    }
  }
  return true;
}

/** False as soon as a text comes again. */
function addBelow(value: JsonValue | undefined, name: string, seen: Set<JsonValue>): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!addBelow(item, name, seen)) return false;
    return true;
  }
  for (const key in value) {
    const child = value[key];
    if (key === name ? !addTexts(child, seen) : !addBelow(child, name, seen)) return false;
  }
  return true;
}

function addTexts(value: JsonValue | undefined, seen: Set<JsonValue>): boolean {
  for (const text of Array.isArray(value) ? value : [value]) {
    if (typeof text !== 'string') continue;
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonValue } from '../../kernel/json.ts';
import type { Call, Expression } from '../syntax/expression.ts';
import type { ConstraintPlace } from './place.ts';

/** A step to an element of which definitions know all there is to know. */
interface Step {
  /** JSON properties: one, or those of a choice; with the companions of primitives. */
  readonly properties: readonly string[];
  readonly isPrimitive: boolean;
}

/** A chain of element names, such as `code.coding` or `%resource.type`. */
export interface StaticPath {
  readonly start: 'focus' | 'resource';
  readonly steps: readonly Step[];
  /** Of the elements at the end; undefined for a choice of several types. */
  readonly type: string | undefined;
  readonly isSingle: boolean;
}

/**
 * The path that an expression is, on a value of a type; undefined when it is more than a path, or leads through a choice
 * or into any resource.
 */
export function staticPath(expression: Expression, type: string, definitions: Definitions): StaticPath | undefined {
  if (expression.kind === 'this') return { start: 'focus', steps: [], type, isSingle: true };
  if (expression.kind === 'variable') {
    const owner = type.split('.', 1)[0] ?? type;
    if (expression.name !== 'resource' || !definitions.isResourceType(owner)) return undefined;
    return { start: 'resource', steps: [], type: owner, isSingle: true };
  }
  if (expression.kind === 'call') return callPath(expression, type, definitions);
  if (expression.kind !== 'member') return undefined;
  const { left, name } = expression;
  if (left === undefined && name === type && definitions.isResourceType(type)) {
    return { start: 'focus', steps: [], type, isSingle: true };
  }
  const base: StaticPath | undefined =
    left === undefined ? { start: 'focus', steps: [], type, isSingle: true } : staticPath(left, type, definitions);
  return base?.type === undefined ? undefined : extended(base, base.type, name, definitions);
}

/** `trace()` changes nothing, and `element.select(path)` is `element.path`. */
function callPath(
  { name, left, arguments: [projection] }: Call,
  type: string,
  definitions: Definitions,
): StaticPath | undefined {
  if (left === undefined || (name !== 'trace' && name !== 'select')) return undefined;
  const base = staticPath(left, type, definitions);
  if (name === 'trace' || base?.type === undefined || projection === undefined)
    return name === 'trace' ? base : undefined;
  const rest = staticPath(projection, base.type, definitions);
  if (rest?.start !== 'focus') return undefined;
  return {
    ...rest,
    start: base.start,
    steps: [...base.steps, ...rest.steps],
    isSingle: base.isSingle && rest.isSingle,
  };
}

function extended(base: StaticPath, owner: string, name: string, definitions: Definitions): StaticPath | undefined {
  // A resource in a Bundle or in contained may be of any type; what all of them may have is known.
  const definition = definitions.type(owner === 'Resource' ? 'DomainResource' : owner);
  const element = definition?.elements.find((candidate) => candidate.name === name);
  if (definition === undefined || definition.kind === 'primitive' || element === undefined) return undefined;
  const found = [...definition.properties.values()].filter((property) => property.element === element);
  const primitives = found.filter(({ type }) => definitions.type(type.code)?.kind === 'primitive');
  const step: Step = {
    properties: [...found.map(({ property }) => property), ...primitives.map(({ property }) => `_${property}`)],
    isPrimitive: primitives.length > 0,
  };
  const [only, ...others] = found;
  const type = others.length === 0 ? only?.type.code : undefined;
  return {
    start: base.start,
    steps: [...base.steps, step],
    type,
    isSingle: base.isSingle && element.max <= 1,
  };
}

function startOf({ start }: StaticPath, value: JsonValue | undefined, place: ConstraintPlace): JsonValue | undefined {
  return start === 'focus' ? value : place.resource;
}

/** How many elements are at the end of a path. */
export function compileCount(path: StaticPath): (value: JsonValue | undefined, place: ConstraintPlace) => number {
  const { steps } = path;
  const [step] = steps;
  if (step !== undefined && steps.length === 1 && path.start === 'focus') {
    return (value) => (isObject(value) ? countProperties(value, step) : 0);
  }
  return (value, place) => countFrom(startOf(path, value, place), steps, 0);
}

function countFrom(value: JsonValue | undefined, steps: readonly Step[], at: number): number {
  if (value === undefined || value === null) return 0;
  if (Array.isArray(value)) {
    let sum = 0;
    for (const item of value) sum += countFrom(item, steps, at);
    return sum;
  }
  const step = steps[at];
  if (step === undefined) return 1;
  if (typeof value !== 'object') return 0;
  if (at === steps.length - 1) return countProperties(value, step);
  return countFrom(value[step.properties[0] ?? ''], steps, at + 1);
}

function countProperties(
  object: Readonly<Record<string, JsonValue | undefined>>,
  { properties, isPrimitive }: Step,
): number {
  for (const property of properties) {
    const value = object[property];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) return 1;
    return isPrimitive ? Math.max(value.length, lengthOf(object[`_${property}`])) : value.length;
  }
  return 0;
}

function lengthOf(value: JsonValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

/** Whether there is any element at the end of a path. */
export function compileExists(path: StaticPath): (value: JsonValue | undefined, place: ConstraintPlace) => boolean {
  const { steps } = path;
  const [step] = steps;
  if (step !== undefined && steps.length === 1 && path.start === 'focus') {
    const [property = '', companion, ...more] = step.properties;
    if (companion === undefined) return (value) => isObject(value) && isPresent(value[property]);
    if (more.length === 0) {
      return (value) => isObject(value) && (isPresent(value[property]) || isPresent(value[companion]));
    }
  }
  return (value, place) => existsFrom(startOf(path, value, place), steps, 0);
}

function isPresent(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function existsFrom(value: JsonValue | undefined, steps: readonly Step[], at: number): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (existsFrom(item, steps, at)) return true;
    return false;
  }
  const step = steps[at];
  if (step === undefined) return true;
  if (typeof value !== 'object') return false;
  if (at < steps.length - 1) return existsFrom(value[step.properties[0] ?? ''], steps, at + 1);
  for (const property of step.properties) if (isPresent(value[property])) return true;
  return false;
}

/** The value at the end of a path of single elements; undefined when it has none. */
export function compileValue(
  path: StaticPath,
): (value: JsonValue | undefined, place: ConstraintPlace) => JsonValue | undefined {
  const properties = path.steps.map((step) => step.properties[0] ?? '');
  const [property] = properties;
  if (property !== undefined && properties.length === 1 && path.start === 'focus') {
    return (value) => (isObject(value) ? (value[property] ?? undefined) : undefined);
  }
  return (value, place) => {
    let current = startOf(path, value, place);
    for (const name of properties) current = isObject(current) ? current[name] : undefined;
    return current ?? undefined;
  };
}

/** Whether a test holds for one of the objects at the end of a path. */
export function compileSome(
  path: StaticPath,
  test: (value: JsonValue | undefined, place: ConstraintPlace) => boolean,
): (value: JsonValue | undefined, place: ConstraintPlace) => boolean {
  const properties = path.steps.map((step) => step.properties[0] ?? '');
  function someFrom(value: JsonValue | undefined, at: number, place: ConstraintPlace): boolean {
    if (value === undefined || value === null) return false;
    if (Array.isArray(value)) {
      for (const item of value) if (someFrom(item, at, place)) return true;
      return false;
    }
    if (at === properties.length) return test(value, place);
    return typeof value === 'object' && someFrom(value[properties[at] ?? ''], at + 1, place);
  }
  return (value, place) => someFrom(startOf(path, value, place), 0, place);
}

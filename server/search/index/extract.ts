import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Step } from '../registry/member.ts';
import type { IndexedValue } from './values.ts';

/** Hands every value at the end of a path to `emit`, in document order. `state` is passed through: no closure per call. */
export type Extract<State> = (
  root: JsonObject,
  emit: (found: IndexedValue, state: State) => void,
  state: State,
) => void;

type Visit<State> = (
  value: JsonValue,
  type: string,
  parent: JsonObject | JsonArray,
  key: string | number,
  emit: (found: IndexedValue, state: State) => void,
  state: State,
) => void;

/** How many values of an indexed step (`entry[0]`) were passed; reset for every root. */
interface Counter {
  count: number;
}

/**
 * Compiles a path to closures over the definitions, about ten times faster than walking it as FHIRPath.
 * @param rootType resource or backbone type at which the path starts
 * @param accepted types that are wanted at its end
 */
export function compileExtract<State>(
  definitions: Definitions,
  rootType: string,
  steps: readonly Step[],
  accepted: ReadonlySet<string>,
): Extract<State> {
  const counters: Counter[] = [];
  const visit = compileSteps<State>(definitions, [rootType], steps, accepted, counters);
  if (counters.length === 0) {
    return (root, emit, state) => {
      visit(root, rootType, root, '', emit, state);
    };
  }
  return (root, emit, state) => {
    for (const counter of counters) counter.count = 0;
    visit(root, rootType, root, '', emit, state);
  };
}

function compileSteps<State>(
  definitions: Definitions,
  types: readonly string[],
  steps: readonly Step[],
  accepted: ReadonlySet<string>,
  counters: Counter[],
): Visit<State> {
  const [step, ...rest] = steps;
  if (step === undefined) {
    return (value, type, parent, key, emit, state) => {
      emit({ value, type, parent, key }, state);
    };
  }
  if (step.kind === 'child') return compileChild(definitions, types, step.name, rest, accepted, counters);
  const next = compileSteps<State>(definitions, types, rest, accepted, counters);
  if (step.kind === 'where') {
    const { field, value: wanted } = step;
    return (value, type, parent, key, emit, state) => {
      if (isObject(value) && value[field] === wanted) next(value, type, parent, key, emit, state);
    };
  }
  if (step.kind === 'at') {
    const counter: Counter = { count: 0 };
    counters.push(counter);
    return (value, type, parent, key, emit, state) => {
      if (counter.count++ === step.index) next(value, type, parent, key, emit, state);
    };
  }
  return (value, type, parent, key, emit, state) => {
    if (type === step.type) next(value, type, parent, key, emit, state);
  };
}

interface Property {
  readonly name: string;
  readonly type: string;
}

function compileChild<State>(
  definitions: Definitions,
  owners: readonly string[],
  name: string,
  rest: readonly Step[],
  accepted: ReadonlySet<string>,
  counters: Counter[],
): Visit<State> {
  const [cast] = rest;
  const wanted = properties(definitions, owners, name).filter(({ type }) => {
    if (cast?.kind === 'as' && type !== cast.type) return false;
    return rest.some((step) => step.kind === 'child') || accepted.has(type);
  });
  const remaining = cast?.kind === 'as' ? rest.slice(1) : rest;
  const types = [...new Set(wanted.map((property) => property.type))];
  const next = compileSteps<State>(definitions, types, remaining, accepted, counters);
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined) return readProperty(only, next);
  const readers = wanted.map((property) => readProperty(property, next));
  return (value, type, parent, key, emit, state) => {
    for (const read of readers) read(value, type, parent, key, emit, state);
  };
}

function readProperty<State>(property: Property, next: Visit<State>): Visit<State> {
  const { name, type } = property;
  return (owner, _ownerType, _parent, _key, emit, state) => {
    const value = (owner as JsonObject)[name];
    if (value === undefined || value === null) return;
    if (!Array.isArray(value)) {
      next(value, type, owner as JsonObject, name, emit, state);
      return;
    }
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index];
      // null stands where only `_x` has something to say.
      if (item !== undefined && item !== null) next(item, type, value, index, emit, state);
    }
  };
}

/** JSON properties of an element: one per type where there is a choice. */
function properties(definitions: Definitions, owners: readonly string[], name: string): readonly Property[] {
  const found = new Map<string, Property>();
  for (const owner of owners) {
    for (const { property, element, type } of definitions.type(owner)?.properties.values() ?? []) {
      if (element.name === name && !found.has(property)) found.set(property, { name: property, type: type.code });
    }
  }
  return [...found.values()];
}

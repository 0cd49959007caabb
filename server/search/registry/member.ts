/** One step of a simple path. */
export type Step =
  | { readonly kind: 'child'; readonly name: string }
  | { readonly kind: 'as'; readonly type: string }
  | { readonly kind: 'where'; readonly field: string; readonly value: string }
  | { readonly kind: 'at'; readonly index: number };

/** A union member that is a plain path: `subject.where(resolve() is Patient)` has one child step and `resolveIs`. */
export interface SimplePath {
  readonly steps: readonly Step[];
  /** The type in a closing `where(resolve() is T)`. */
  readonly resolveIs?: string;
}

const CHILD = /^([A-Za-z_][A-Za-z0-9_]*)/;
const CAST = /^(?:ofType|as)\(\s*(?:FHIR\.|System\.)?([A-Za-z]+)\s*\)/;
const INFIX_CAST = /^\s+as\s+(?:FHIR\.)?([A-Za-z]+)/;
const RESOLVE_IS = /^where\(\s*resolve\(\)\s+is\s+(?:FHIR\.)?([A-Za-z]+)\s*\)/;
const WHERE = /^where\(\s*([A-Za-z]+)\s*=\s*'([^'\\]*)'\s*\)/;
const EXTENSION = /^extension\(\s*'([^'\\]*)'\s*\)/;
const AT = /^\[(\d+)\]/;

/**
 * The steps of a member that starts at a resource type (`Observation.value.ofType(Quantity)`, `(Group.value as boolean)`)
 * or relative to it; undefined when it is more than a path.
 * @param types the resource type and its base types
 */
export function simplePath(member: string, types: readonly string[]): SimplePath | undefined {
  const reader = { text: member.trim() };
  const path = readPath(reader, types);
  return path !== undefined && reader.text === '' ? path : undefined;
}

interface Reader {
  text: string;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  const match = pattern.exec(reader.text);
  if (match === null) return undefined;
  reader.text = reader.text.slice(match[0].length);
  return match;
}

function readPath(reader: Reader, types: readonly string[]): SimplePath | undefined {
  const steps: Step[] = [];
  if (take(reader, /^\(\s*/) !== undefined) {
    const inner = readPath(reader, types);
    if (inner === undefined || inner.resolveIs !== undefined || take(reader, /^\s*\)/) === undefined) return undefined;
    steps.push(...inner.steps);
  } else {
    const first = take(reader, CHILD)?.[1];
    if (first === undefined) return undefined;
    if (!types.includes(first)) steps.push({ kind: 'child', name: first });
  }
  for (;;) {
    const index = take(reader, AT)?.[1];
    if (index !== undefined) {
      steps.push({ kind: 'at', index: Number(index) });
      continue;
    }
    const infix = take(reader, INFIX_CAST)?.[1];
    if (infix !== undefined) {
      steps.push({ kind: 'as', type: infix });
      continue;
    }
    if (take(reader, /^\./) === undefined) return { steps };
    const resolveIs = take(reader, RESOLVE_IS)?.[1];
    if (resolveIs !== undefined) return { steps, resolveIs };
    const step = call(reader) ?? child(reader);
    if (step === undefined) return undefined;
    steps.push(...step);
  }
}

function call(reader: Reader): Step[] | undefined {
  const cast = take(reader, CAST)?.[1];
  if (cast !== undefined) return [{ kind: 'as', type: cast }];
  const where = take(reader, WHERE);
  if (where !== undefined) return [{ kind: 'where', field: where[1] ?? '', value: where[2] ?? '' }];
  const extension = take(reader, EXTENSION);
  if (extension !== undefined) {
    return [
      { kind: 'child', name: 'extension' },
      { kind: 'where', field: 'url', value: extension[1] ?? '' },
    ];
  }
  return undefined;
}

function child(reader: Reader): Step[] | undefined {
  const name = take(reader, CHILD)?.[1];
  // A name with a parenthesis behind it is a function that this form does not know.
  if (name === undefined || reader.text.startsWith('(')) return undefined;
  return [{ kind: 'child', name }];
}

/** The one spelling under which a path is a slot: `component.value.ofType(Quantity)`. */
export function pathText(steps: readonly Step[]): string {
  let text = '';
  for (const step of steps) {
    if (step.kind === 'at') text += `[${step.index}]`;
    else text += `${text === '' ? '' : '.'}${stepText(step)}`;
  }
  return text;
}

function stepText(step: Exclude<Step, { kind: 'at' }>): string {
  if (step.kind === 'child') return step.name;
  return step.kind === 'as' ? `ofType(${step.type})` : `where(${step.field}='${step.value}')`;
}

import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { Resource } from '../data/resource.ts';
import { text } from './json.ts';
import { normalReference } from './own-reference.ts';

/** A value that an expression selects and its FHIR type, `Quantity` or `Observation.component`. */
export interface Value {
  readonly type: string;
  readonly data: unknown;
}

type Compiled = (resource: Resource) => readonly unknown[];

const compiled = new Map<string, Compiled>();
const RESOLVE = /\.where\(resolve\(\) is (\w+)\)/;
const cache = new WeakMap<Resource, Map<string, readonly Value[]>>();

/** Evaluates FHIRPath with HL7's own engine; `where(resolve() is T)` is read off
 * the text of references that lead into this server; others cannot be resolved. */
export function valuesOf(resource: Resource, expression: string): readonly Value[] {
  let known = cache.get(resource);
  if (known === undefined) cache.set(resource, (known = new Map<string, readonly Value[]>()));
  let values = known.get(expression);
  if (values === undefined) {
    // Member by member: a union compares its items, and the engine throws at quantities with a comparator.
    const members = /\)\[\d+\]/.test(expression) ? [expression] : expression.split(' | ');
    known.set(expression, (values = members.flatMap((member) => evaluateMember(resource, member))));
  }
  return values;
}

function evaluateMember(resource: Resource, expression: string): readonly Value[] {
  if (expression === '') return [];
  const target = RESOLVE.exec(expression)?.[1];
  const values = evaluate(resource, expression.replace(RESOLVE, ''));
  return target === undefined
    ? values
    : values.filter(({ data }) => normalReference(text(data, 'reference') ?? '').startsWith(`${target}/`));
}

function evaluate(resource: Resource, expression: string): readonly Value[] {
  let run = compiled.get(expression);
  if (run === undefined) {
    run = fhirpath.compile(expression, r4, { resolveInternalTypes: false }) as Compiled;
    compiled.set(expression, run);
  }
  return run(resource).map(valueOf);
}

function valueOf(node: unknown): Value {
  if (typeof node === 'boolean') return { type: 'boolean', data: node };
  const { path, data } = node as { readonly path: string | null; readonly data: unknown };
  // The engine wraps numbers to keep their digits.
  const digits = typeof data === 'object' && data !== null && 'asStr' in data ? data.asStr : undefined;
  return { type: path ?? '', data: typeof digits === 'string' ? Number(digits) : data };
}

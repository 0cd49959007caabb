import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { acceptedTypes } from '../registry/accepted-types.ts';
import { simplePath } from '../registry/member.ts';
import type { ComponentPlan, CompositeSource } from '../registry/plan-types.ts';
import { staticType } from '../registry/static-type.ts';
import type { Slot } from '../registry-types.ts';
import { splitUnion } from '../registry/union.ts';
import { compositeForms, compositeKey, type CompositePart } from './composite.ts';
import { dateOf } from './date-values.ts';
import { compileExtract, type Extract } from './extract.ts';
import { numberOf, numberPair, quantityOf } from './quantity-values.ts';
import type { ReferenceReader } from './reference-target.ts';
import { referencesOf } from './reference-values.ts';
import type { RowWriter } from './row-writer.ts';
import { stringsOf } from './string-values.ts';
import { tokensOf } from './token-values.ts';
import type { IndexedValue } from './values.ts';

export type ResourceWriter = (resource: JsonObject, writer: RowWriter) => void;

/** No resource needs as many rows for one occurrence; a bound on the product of repeating components. */
const MAX_COMBINATIONS = 1000;

/** Rows of a composite on a repeating element: one per occurrence, form of the leading tokens, and last value. */
export function compositeWriter(
  definitions: Definitions,
  resourceType: string,
  slot: Slot,
  source: CompositeSource,
  reader: ReferenceReader,
): ResourceWriter {
  const context = extractOf<IndexedValue[]>(definitions, resourceType, source.context, new Set([source.contextType]));
  const readers = source.components.map((component) => componentReader(definitions, resourceType, source, component));
  const tokenCount = source.components.findIndex(({ kind }) => kind !== 'token');
  const leading = tokenCount === -1 ? readers.length - 1 : tokenCount;
  return (resource, writer) => {
    writer.startSlot();
    const occurrences: IndexedValue[] = [];
    context(resource, collect, occurrences);
    for (const { value: occurrence } of occurrences) {
      if (!isObject(occurrence)) continue;
      const values = readers.map((read) => read(resource, occurrence));
      if (values.some((list) => list.length === 0)) continue;
      writer.markPresent(slot.ordinal);
      for (const parts of combinations(values.slice(0, leading), source.components)) {
        writeLast(writer, slot, parts, values.slice(leading), reader);
      }
    }
  };
}

function collect(found: IndexedValue, into: IndexedValue[]): void {
  into.push(found);
}

type ComponentReader = (resource: JsonObject, occurrence: JsonObject) => readonly IndexedValue[];

function componentReader(
  definitions: Definitions,
  resourceType: string,
  { contextType }: CompositeSource,
  { expressions, kind, fromRoot }: ComponentPlan,
): ComponentReader {
  const rootType = fromRoot ? resourceType : contextType;
  const extracts = expressions.map((text) =>
    extractOf<IndexedValue[]>(definitions, rootType, text, acceptedTypes(kind)),
  );
  return (resource, occurrence) => {
    const found: IndexedValue[] = [];
    for (const extract of extracts) extract(fromRoot ? resource : occurrence, collect, found);
    return found;
  };
}

function extractOf<State>(
  definitions: Definitions,
  rootType: string,
  expression: string,
  accepted: ReadonlySet<string>,
): Extract<State> {
  const [member = ''] = splitUnion(expression);
  const path = simplePath(member, [rootType]);
  const found = path && staticType(definitions, rootType, path.steps);
  if (found === undefined) throw new RangeError(`${expression} is no path of ${rootType}`);
  return compileExtract<State>(definitions, rootType, found.steps, accepted);
}

/** All ways of choosing one form of one token per leading component. */
function combinations(
  values: readonly (readonly IndexedValue[])[],
  components: readonly ComponentPlan[],
): readonly (readonly CompositePart[])[] {
  let result: (readonly CompositePart[])[] = [[]];
  values.forEach((found, index) => {
    const implied = components[index]?.impliedSystem;
    const forms = found.flatMap((value) => tokensOf(value).flatMap((token) => compositeForms(token, implied)));
    result = result.flatMap((parts) => forms.map((form) => [...parts, form])).slice(0, MAX_COMBINATIONS);
  });
  return result;
}

function writeLast(
  writer: RowWriter,
  slot: Slot,
  parts: readonly CompositePart[],
  [last = [], second]: readonly (readonly IndexedValue[])[],
  reader: ReferenceReader,
): void {
  const { hasher } = writer;
  if (second !== undefined) {
    writeNumberPair(writer, compositeKey(hasher, slot.id, parts), last, second);
    return;
  }
  for (const found of last) {
    if (slot.kind === 'token' || slot.kind === 'uri') {
      for (const token of tokensOf(found)) {
        if (token.code !== '')
          writer.token(compositeKey(hasher, slot.id, [...parts, { code: token.code }]), token.system);
      }
    } else if (slot.kind === 'ref') {
      for (const { text } of referencesOf(found, reader)) {
        writer.ref(compositeKey(hasher, slot.id, [...parts, { code: text }]), text);
      }
    } else writeMeasured(writer, slot, compositeKey(hasher, slot.id, parts), found);
  }
}

function writeMeasured(writer: RowWriter, slot: Slot, key: string, found: IndexedValue): void {
  if (slot.kind === 'date') {
    const range = dateOf(found);
    if (range !== undefined) writer.date(key, range);
  } else if (slot.kind === 'string') {
    for (const text of stringsOf(found)) writer.string(key, text);
  } else {
    const value = slot.kind === 'number' ? numberOf(found) : quantityOf(found);
    if (value !== undefined) writer.quantity(key, value);
  }
}

/** The first number stands in low and high, the second in the canonical columns: a number has no other unit. */
function writeNumberPair(
  writer: RowWriter,
  key: string,
  first: readonly IndexedValue[],
  second: readonly IndexedValue[],
): void {
  for (const one of first) {
    for (const other of second) {
      const a = numberOf(one);
      const b = numberOf(other);
      if (a === undefined || b === undefined) continue;
      writer.quantity(key, numberPair(a.low, a.high, b.low, b.high));
    }
  }
}

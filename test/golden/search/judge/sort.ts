import type { Resource } from '../data/resource.ts';
import { spanOfValue } from './date.ts';
import { field, list, text } from './json.ts';
import { findParameter } from './parameters.ts';
import { folded, stringsOf } from './string.ts';
import { valuesOf, type Value } from './values.ts';

/** Characters of a text that count: server/docs/search.md */
const COMPARED = 128;

type Key = number | string | undefined;

/** Orders resources as `_sort` says; those without a value come last. */
export function compareBy(sort: string): (a: Resource, b: Resource) => number {
  const keys = sort.split(',').map((name) => ({ code: name.replace(/^-/, ''), sign: name.startsWith('-') ? -1 : 1 }));
  return (a, b) => {
    for (const { code, sign } of keys) {
      const left = keyOf(a, code, sign);
      const right = keyOf(b, code, sign);
      if (left === right) continue;
      if (left === undefined) return 1;
      if (right === undefined) return -1;
      return left < right ? -sign : sign;
    }
    return 0;
  };
}

/** Of several values the first in the direction of the sort. */
function keyOf(resource: Resource, code: string, sign: number): Key {
  if (code === '_id') return resource.id;
  const parameter = findParameter(resource.resourceType, code);
  if (parameter === undefined) throw new RangeError(`${resource.resourceType} has no parameter ${code}`);
  const keys = valuesOf(resource, parameter.expression).flatMap((value) => keysOf(parameter.type, value));
  return keys.reduce<Key>((best, key) => {
    if (best === undefined || key === undefined) return best ?? key;
    return (key < best ? 1 : -1) === sign ? key : best;
  }, undefined);
}

function keysOf(type: string, value: Value): readonly Key[] {
  const { data } = value;
  switch (type) {
    case 'date':
      return [spanOfValue(value)?.from];
    case 'string':
      return stringsOf(value).map((string) => folded(string).slice(0, COMPARED));
    case 'number':
      return [
        typeof data === 'number'
          ? data
          : ((field(field(data, 'low'), 'value') ?? field(field(data, 'high'), 'value')) as number),
      ];
    case 'quantity':
      return [field(data, 'value') as number];
    case 'token':
      if (typeof data === 'string' || typeof data === 'boolean') return [String(data)];
      return value.type === 'CodeableConcept'
        ? list(data, 'coding').map((coding) => text(coding, 'code'))
        : [text(data, 'code') ?? text(data, 'value')];
    default:
      return typeof data === 'string' ? [data] : [];
  }
}

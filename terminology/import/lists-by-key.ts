import type { IntList } from './int-list.ts';

/** For each key from 0 to `keys - 1` its values, in the order in which the pairs were given. */
export interface ListsByKey {
  of(key: number): Int32Array;
  /** Values of the keys from `first` to `last - 1`, one after the other. */
  range(first: number, last: number): Int32Array;
}

/**
 * Sorts pairs, which stand one behind the other in the list, by one of their sides.
 * @param side 0: (key, value); 1: (value, key)
 */
export function listsByKey(pairs: IntList, keys: number, side: 0 | 1 = 0): ListsByKey {
  const starts = new Int32Array(keys + 1);
  for (let at = 0; at < pairs.length; at += 2) {
    const key = pairs.at(at + side);
    starts[key + 1] = (starts[key + 1] ?? 0) + 1;
  }
  for (let key = 0; key < keys; key += 1) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const next = starts.slice();
  const values = new Int32Array(pairs.length / 2);
  for (let at = 0; at < pairs.length; at += 2) {
    const key = pairs.at(at + side);
    const place = next[key] ?? 0;
    values[place] = pairs.at(at + 1 - side);
    next[key] = place + 1;
  }
  return {
    of: (key) => values.subarray(starts[key], starts[key + 1]),
    range: (first, last) => values.subarray(starts[first], starts[last]),
  };
}

/** A small deterministic source of choices, so that the corpus is the same in every run. */
export interface Random {
  /** 0 … below. */
  number(below: number): number;
  pick<T>(values: readonly T[]): T;
  chance(percent: number): boolean;
}

/** Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function createRandom(seed: number): Random {
  let state = seed;
  const number = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return {
    number,
    chance: (percent) => number(100) < percent,
    pick(values) {
      const value = values[number(values.length)];
      if (value === undefined) throw new RangeError('nothing to pick from');
      return value;
    },
  };
}

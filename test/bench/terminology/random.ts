/** Numbers from 0 to 1. */
export type Random = () => number;

/** The same numbers for the same seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

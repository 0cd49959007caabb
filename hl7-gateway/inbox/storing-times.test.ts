import { openStoringTimes } from './storing-times.ts';

/** Groups of messages that come together and are stored together, one group after the other. */
function isSlowAfter(
  groups: readonly (readonly [count: number, size: number, duration: number])[],
  pause: number,
): boolean {
  let clock = 0;
  const times = openStoringTimes(() => clock);
  for (const [count, size, duration] of groups) {
    for (let group = 0; group < count; group += 1) {
      const stored = Array.from({ length: size }, () => times.begin());
      clock += duration;
      for (const end of stored) end();
    }
  }
  clock += pause;
  return times.isSlow();
}

test.each([
  ['nothing was stored', [], 0, false],
  ['one took long', [[1, 1, 5000]], 0, false],
  ['many at once took long', [[20, 10, 20]], 0, true],
  ['many at once took long, a while ago', [[20, 10, 20]], 1001, false],
  ['many at once are quick', [[100, 10, 3]], 0, false],
  ['few at once take long: a slow disk', [[100, 2, 20]], 0, false],
  [
    'it has become quick again',
    [
      [20, 10, 20],
      [20, 10, 2],
    ],
    0,
    false,
  ],
] as const)('storing is slow: %s', (_, groups, pause, expected) => {
  expect(isSlowAfter(groups, pause)).toBe(expected);
});

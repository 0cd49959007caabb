import { openStoringTimes } from './storing-times.ts';

function timesOf(...runs: readonly (readonly [count: number, duration: number, isAlone: boolean])[]): boolean {
  const times = openStoringTimes();
  for (const [count, duration, isAlone] of runs) for (let n = 0; n < count; n += 1) times.add(duration, isAlone);
  return times.isSlow();
}

test.each([
  ['nothing was stored', [], false],
  ['one took long', [[1, 5000, false]], false],
  ['the last ones took long', [[40, 60, false]], true],
  [
    'it has become quick again',
    [
      [40, 60, false],
      [100, 2, false],
    ],
    false,
  ],
  [
    'it takes as long when nothing is applied: a slow disk',
    [
      [100, 20, true],
      [100, 22, false],
    ],
    false,
  ],
  [
    'it takes much longer than when nothing is applied',
    [
      [100, 20, true],
      [100, 60, false],
    ],
    true,
  ],
  [
    'the disk was slow long ago',
    [
      [100, 60, true],
      [3000, 20, false],
    ],
    true,
  ],
] as const)('storing is slow: %s', (_, runs, expected) => {
  expect(timesOf(...runs)).toBe(expected);
});

import { openReplyTimes } from './reply-times.ts';
import { afterFailure } from './retry.ts';
import { openServerGate } from './server-gate.ts';

type Taken = Parameters<typeof afterFailure>[0];

test('pauses double up to ten minutes; the tenth failure is the last', () => {
  const results = Array.from({ length: 10 }, (_, attempts) => afterFailure({ attempts } as Taken, 'why'));
  expect(results.map(({ state, pause }) => (state === 'failed' ? pause : state))).toEqual([
    1000,
    2000,
    4000,
    8000,
    16_000,
    32_000,
    64_000,
    128_000,
    256_000,
    'dead',
  ]);
  expect(results.every(({ note }) => note === 'why')).toBe(true);
});

test('of failures at once one counts, and the first answer opens the gate', () => {
  const gate = openServerGate();
  expect(gate.pause()).toBe(0);
  expect([gate.failed(), gate.failed(), gate.failed()]).toEqual([true, false, false]);
  expect(gate.isDown).toBe(true);
  expect(gate.pause()).toBeGreaterThan(0);
  expect([gate.answered(), gate.answered()]).toEqual([true, false]);
  expect(gate.pause()).toBe(0);
});

test('times of replies are those of the last two thousand', () => {
  const times = openReplyTimes();
  expect(times.percentile(0.95)).toBeUndefined();
  for (let n = 1; n <= 4000; n += 1) times.add(n);
  expect(times.count).toBe(4000);
  expect(times.percentile(0)).toBe(2001);
  expect(times.percentile(0.95)).toBe(3901);
  expect(times.percentile(1)).toBe(4000);
});

import { randomInt } from 'node:crypto';
import { fuzzWire } from './fuzz-wire.ts';

// `npx tsx test/hl7/wire/main.ts` does the same with 10,000 frames.
test('broken frames and half-open links end in replies and closed links, never in a crash', async () => {
  const seed = randomInt(2 ** 31);
  const outcome = await fuzzWire({ frames: 300, seed, halfOpen: 20, largest: 4 * 1024 * 1024 });
  expect({ seed, ...outcome, peakMemory: outcome.peakMemory < 300 }).toMatchObject({
    seed,
    failures: [],
    answersStill: true,
    peakMemory: true,
  });
  expect(outcome.received).toBeGreaterThan(100);
});

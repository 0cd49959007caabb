import { randomInt } from 'node:crypto';
import { fuzzWire } from './fuzz-wire.ts';

// 10,000 frames, or as many as are asked for; the seed makes a run again.
const [frames = '10000', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);
const outcome = await fuzzWire({
  frames: Number(frames),
  seed: Number(seed),
  halfOpen: 100,
  largest: 31 * 1024 * 1024,
});
console.log(JSON.stringify({ frames: Number(frames), seed: Number(seed), ...outcome }, undefined, 2));
process.exitCode = outcome.failures.length === 0 && outcome.answersStill && outcome.peakMemory < 300 ? 0 : 1;

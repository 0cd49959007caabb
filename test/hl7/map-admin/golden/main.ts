import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { goldenFile, goldenText } from './golden-file.ts';
import { mapMessage, readSample, SAMPLES } from '../samples.ts';

/*
 * Writes test/golden/hl7 anew: `npx tsx test/hl7/map-admin/golden/main.ts [01 02 …]`, for all samples or those that begin so.
 * What changed is to be read before it is kept.
 */
const wanted = process.argv.slice(2);
for (const sample of SAMPLES) {
  if (wanted.length > 0 && !wanted.some((start) => sample.startsWith(start))) continue;
  const file = goldenFile(sample);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, goldenText(mapMessage(readSample(sample))));
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../architecture/source-files.ts';

/** Published and synthetic data beside the repository; it is not part of it. */
const FOLDER = join(ROOT, '../shared/data');

/** A file, `packages/us_core_700.tgz`; undefined where the data is not there. */
export function realFile(file: string): Buffer | undefined {
  const path = join(FOLDER, file);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** Lines of a gzipped NDJSON file, `synthea/a0-providers-00.ndjson.gz`; undefined where the data is not there. */
export function realLines(file: string): string[] | undefined {
  const content = realFile(file);
  return content === undefined ? undefined : gunzipSync(content).toString('utf8').trimEnd().split('\n');
}

/** `describe` over the lines of a file, or a skipped test that says what is missing. */
export function describeLines(name: string, file: string, body: (lines: readonly string[]) => void): void {
  const lines = realLines(file);
  if (lines === undefined) test.skip(`${name}: ../shared/data/${file} is not there`, () => undefined);
  else describe(name, () => body(lines));
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Issue } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import { structureValidator } from './structure.fixture.ts';

const folder = join(__dirname, '../../../shared/data');
const validate = structureValidator();

function lines(file: string): string[] {
  return gunzipSync(readFileSync(join(folder, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
}

function resource(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error('not a resource');
  return value;
}

const EXAMPLES = 'r4-examples/r4-examples.ndjson.gz';
const hasExamples = existsSync(join(folder, EXAMPLES));

(hasExamples ? test : test.skip)(
  `the 717 official examples have the structure of R4 (skipped without ${folder})`,
  () => {
    const problems: (readonly [string, readonly Issue[]])[] = [];
    for (const line of lines(EXAMPLES)) {
      const { file, text } = JSON.parse(line) as { readonly file: string; readonly text: string };
      problems.push([file, validate(resource(text))]);
    }
    expect(problems).toHaveLength(717);
    expect(problems.filter(([, issues]) => issues.length > 0)).toEqual([]);
  },
);

const SYNTHEA = ['a0-providers-00', 'a1-patients-00', 'b-patients-00'].map((name) => `synthea/${name}.ndjson.gz`);
const hasSynthea = SYNTHEA.every((file) => existsSync(join(folder, file)));

(hasSynthea ? test.each(SYNTHEA) : test.skip.each(SYNTHEA))(
  `%s has the structure of R4 (skipped without ${folder})`,
  (file) => {
    for (const line of lines(file)) {
      const bundle = resource(line);
      expect(validate(bundle)).toEqual([]);
      expect(Array.isArray(bundle.entry)).toBe(true);
    }
  },
);

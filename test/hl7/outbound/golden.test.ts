import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES, FOLDER, toldText, VERSIONS } from './golden.ts';

const ALL = CASES.flatMap((told) => VERSIONS.map((version) => [told.name, version, told] as const));

test.each(ALL)('%s in version %s', (name, version, told) => {
  const kept = readFileSync(join(FOLDER, `${name}-${version}.hl7`), 'utf8');
  expect(toldText(told, version)).toBe(kept.replaceAll('\n', '\r'));
});

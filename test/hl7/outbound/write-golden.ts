import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES, FOLDER, toldText, VERSIONS } from './golden.ts';

// Writes what messages look like now; to be read before it is kept: npx tsx test/hl7/outbound/write-golden.ts
mkdirSync(FOLDER, { recursive: true });
for (const told of CASES) {
  for (const version of VERSIONS) {
    writeFileSync(join(FOLDER, `${told.name}-${version}.hl7`), toldText(told, version)?.replaceAll('\r', '\n') ?? '');
  }
}

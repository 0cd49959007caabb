import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { DOCUMENTS } from './documents.ts';
import { ROOT } from './source-files.ts';

// `npm run docs`
for (const [path, text] of DOCUMENTS) {
  const file = join(ROOT, path);
  writeFileSync(file, await format(await text(), { ...(await resolveConfig(file)), filepath: file }));
}

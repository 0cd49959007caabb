import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDefinitions, COMPACT_FORMAT, sourcePackage, type DefinitionFiles } from './build.ts';
import { packageRoot } from '../kernel/package-root.ts';

let checked: DefinitionFiles | undefined;

/** The compact definitions of this installation; built when that was not done yet, or with another release. */
export function currentFiles(): DefinitionFiles {
  return (checked ??= check());
}

function check(): DefinitionFiles {
  const root = packageRoot();
  const folder = join(root, 'dist/definitions');
  const files: DefinitionFiles = {
    stamp: join(folder, 'stamp.json'),
    structures: join(folder, 'r4.json'),
    terminology: join(folder, 'r4-terminology.json'),
    canonicalIndex: join(folder, 'r4-canonicals.json'),
    canonicalLines: join(folder, 'r4-canonicals.ndjson'),
  };
  const stamp = { format: COMPACT_FORMAT, source: sourcePackage(root).version };
  const written = [files.stamp, files.structures, files.terminology, files.canonicalIndex, files.canonicalLines];
  const isCurrent =
    written.every((file) => existsSync(file)) && readFileSync(files.stamp, 'utf8') === JSON.stringify(stamp);
  if (!isCurrent) buildDefinitions(root, stamp, files);
  return files;
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Paths from the root of all TypeScript files of the product but its modules, without tests, in order. */
export function productSources(): string[] {
  return sourcesIn(['server', 'terminology']);
}

/** The same of the modules. */
export function moduleSources(): string[] {
  return sourcesIn(['modules']);
}

function sourcesIn(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .sort(),
  );
}

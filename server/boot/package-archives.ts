import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/** The FHIR packages in PACKAGES_DIR, in name order; none when there is no such folder. */
export function packageArchives({ packagesDir, dataDir }: Config): string[] {
  const folder = packagesDir ?? join(dataDir, 'packages');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  return names.sort().map((name) => join(folder, name));
}

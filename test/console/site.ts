import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Builds the web applications of modules, as `npm start` does, where they are not up to date. */
export function buildSites(): void {
  execFileSync(process.execPath, [join(ROOT, 'server/boot/build-sites.mjs')], { stdio: ['ignore', 2, 2] });
}

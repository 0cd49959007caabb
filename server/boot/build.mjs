// Production build: the server's sources bundled into dist/, packages left in node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const outdir = join(root, 'dist');

export async function build() {
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: {
      main: join(root, 'server/main.ts'),
      cli: join(root, 'server/boot/cli.ts'),
      prepare: join(root, 'server/boot/prepare.ts'),
      'import-thread': join(root, 'server/boot/commands/import-thread.ts'),
    },
    outdir,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  // In a process of its own: what it needs of memory would stay with the server that starts after a build.
  execFileSync(process.execPath, [join(outdir, 'prepare.js')], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Builds when a source file or package.json is newer than what was built last. */
export async function buildWhenStale() {
  const built = join(outdir, 'main.js');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  if (newest(join(root, 'server')) > builtAt || statSync(join(root, 'package.json')).mtimeMs > builtAt) await build();
}

function newest(folder) {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) time = Math.max(time, newest(path));
    else if (entry.name.endsWith('.ts')) time = Math.max(time, statSync(path).mtimeMs);
  }
  return time;
}

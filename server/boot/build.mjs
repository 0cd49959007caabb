// Production build: the server's sources bundled into dist/, packages left in node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const outdir = join(root, 'dist');

export async function build() {
  const { build: bundle } = await import('esbuild');
  const { outputFiles } = await bundle({
    entryPoints: {
      main: join(root, 'server/main.ts'),
      cli: join(root, 'server/boot/cli.ts'),
      prepare: join(root, 'server/boot/prepare.ts'),
      'import-thread': join(root, 'server/boot/commands/import-thread.ts'),
    },
    outdir,
    write: false,
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
  replaceBundle(outputFiles);
  // In a process of its own: what it needs of memory would stay with the server that starts after a build.
  execFileSync(process.execPath, [join(outdir, 'prepare.js')], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** File by file, each in one step and programs after what they import, as another process may be starting the server. */
function replaceBundle(files) {
  mkdirSync(outdir, { recursive: true });
  const isProgram = (path) => !/-[A-Z0-9]{8}\.js/.test(path);
  for (const { path, contents } of files.toSorted((a, b) => isProgram(a.path) - isProgram(b.path))) {
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  }
  const current = new Set(files.map(({ path }) => basename(path)));
  for (const name of readdirSync(outdir)) {
    if (/\.js(\.map)?$/.test(name) && !current.has(name)) rmSync(join(outdir, name), { force: true });
  }
}

/** Builds when a source file or package.json is newer than what was built last. */
export async function buildWhenStale() {
  const built = join(outdir, 'main.js');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  const sources = ['server', 'terminology', 'profiles'].map((folder) => newest(join(root, folder)));
  if (Math.max(...sources, statSync(join(root, 'package.json')).mtimeMs) > builtAt) await build();
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

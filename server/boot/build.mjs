// Production build: the server's sources bundled into dist/, each module into dist/modules, packages left in node_modules.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSites } from './build-sites.mjs';

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
      'bot-process': join(root, 'server/boot/bot-process.ts'),
      'bot-thread': join(root, 'server/boot/bot-thread.ts'),
      'hl7-gateway': join(root, 'hl7-gateway/main.ts'),
      'hl7-command': join(root, 'hl7-gateway/command/main.ts'),
      'hl7-prepare': join(root, 'hl7-gateway/dictionary/prepare.ts'),
      ...moduleEntries(),
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
  // In processes of their own: what they need of memory would stay with the server that starts after a build.
  for (const program of ['prepare.js', 'hl7-prepare.js']) {
    execFileSync(process.execPath, [join(outdir, program)], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
  buildSites();
}

/** The manifest of each module; its code, which the manifest imports when it is wanted, becomes a file of its own. */
function moduleEntries() {
  const names = readdirSync(join(root, 'modules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const manifests = names.map((name) => [`modules/${name}/manifest`, join(root, 'modules', name, 'manifest.ts')]);
  return Object.fromEntries(manifests.filter(([, file]) => existsSync(file)));
}

/** File by file, each in one step and programs after what they import, as another process may be starting the server. */
function replaceBundle(files) {
  const isProgram = (path) => !/-[A-Z0-9]{8}\.js/.test(path);
  for (const { path, contents } of files.toSorted((a, b) => isProgram(a.path) - isProgram(b.path))) {
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  }
  const current = new Set(files.map(({ path }) => relative(outdir, path)));
  const isOurs = (path) => !path.includes(sep) || path.startsWith(`modules${sep}`);
  for (const path of readdirSync(outdir, { recursive: true })) {
    if (/\.js(\.map)?$/.test(path) && isOurs(path) && !current.has(path)) rmSync(join(outdir, path), { force: true });
  }
}

/** Builds when a source file or package.json is newer than what was built last. */
export async function buildWhenStale() {
  const built = join(outdir, 'main.js');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  const sources = ['server', 'modules', 'bots', 'terminology', 'profiles', 'hl7-gateway'].map((folder) =>
    newest(join(root, folder)),
  );
  if (Math.max(...sources, statSync(join(root, 'package.json')).mtimeMs) > builtAt) await build();
  else buildSites();
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

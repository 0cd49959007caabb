// Web applications: modules/NAME/app is built into dist/sites/NAME, which the server hands out below /NAME/, and the page of the
// HL7 gateway that shows images into dist/sites/viewer.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = fileURLToPath(import.meta.url);

/** Builds each application of which something is newer than what was built last. */
export function buildSites() {
  const modules = readdirSync(join(root, 'modules')).filter((name) => existsSync(join(appOf(name), 'index.html')));
  const names = [...modules, VIEWER];
  // Pages of any module may be part of an application.
  const stale = names.filter((name) => newestSource() > builtAt(name));
  // In a process of its own: what a build needs of memory would stay with the server that starts after it.
  if (stale.length > 0) execFileSync(process.execPath, [program, ...stale], { cwd: root, stdio: ['ignore', 2, 2] });
}

const VIEWER = 'viewer';
const appOf = (name) =>
  name === VIEWER ? join(root, 'hl7-gateway/dicom/viewer/page') : join(root, 'modules', name, 'app');
const siteOf = (name) => join(root, 'dist', 'sites', name);

function builtAt(name) {
  const index = join(siteOf(name), 'index.html');
  return existsSync(index) ? statSync(index).mtimeMs : 0;
}

function newestSource() {
  const modules = join(root, 'modules');
  const folders = readdirSync(modules).flatMap((name) => [join(modules, name, 'app'), join(modules, name, 'pages')]);
  folders.push(appOf(VIEWER));
  const files = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Math.max(0, ...[...files, program, join(root, 'package.json')].map((file) => statSync(file).mtimeMs));
}

async function buildSite(name) {
  const { build } = await import('vite');
  // Beside its place, and then into it: a server that runs never hands out half of it.
  const fresh = `${siteOf(name)}.${process.pid}`;
  await build({
    root: appOf(name),
    configFile: false,
    envDir: false,
    base: `/${name}/`,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: 'es2022',
      // All that runs comes from files, as the policy of the server's answers wants it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // How long parts of a build took on a busy machine is nobody's concern at a start.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  put(fresh, siteOf(name));
}

/** In the place of what is there; of processes that do the same at once, the last one wins. */
function put(fresh, place) {
  for (let left = 5; ; left -= 1) {
    rmSync(place, { recursive: true, force: true });
    try {
      renameSync(fresh, place);
      return;
    } catch (error) {
      if (left === 0 || !['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    }
  }
}

if (process.argv[1] === program) {
  const names = process.argv.slice(2);
  if (names.length === 0) buildSites();
  for (const name of names) await buildSite(name);
}

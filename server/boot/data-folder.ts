import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config.ts';

/**
 * Claims a data folder for this process: of two servers on one folder, the one that stops would take the other one's
 * database with it. A claim of a process that is gone counts for nothing.
 * @returns gives the folder back
 * @throws ConfigError when a running server has it
 */
export function claimDataFolder(dataDir: string): () => void {
  const file = join(dataDir, 'server.pid');
  mkdirSync(dataDir, { recursive: true });
  const own = identity(process.pid);
  const other = readClaim(file);
  if (other !== undefined && other !== own && identity(Number(other.split(' ')[0])) === other) {
    const [pid = ''] = other.split(' ');
    throw new ConfigError(`DATA_DIR: process ${pid} serves ${dataDir} already; stop it, or choose another folder.`);
  }
  writeFileSync(file, own ?? String(process.pid));
  return () => rmSync(file, { force: true });
}

function readClaim(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Number and start time of a running process, since numbers are given again. Without /proc the number alone. */
function identity(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22 of proc(5), counted behind the name, which may hold blanks.
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return String(pid);
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The user that PostgreSQL runs as where this process is root. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What root keeps for all data folders of a machine. Only root may write here, unlike in /tmp. */
export function machineFolder(): string {
  const folder = '/var/lib/athanor';
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Whether every user can enter the folder. */
export function isReachable(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Where PostgreSQL's files stand: `postgres` in the data folder. Where root keeps the data folder to itself (below /root,
 * for example), PostgreSQL's user could not enter it: then that name is a link into {@link machineFolder}.
 */
export function clusterFolder(dataDir: string, owner: Owner | undefined): string {
  const folder = join(dataDir, 'postgres');
  if (isLink(folder)) return readlinkSync(folder);
  if (owner === undefined || existsSync(folder) || isReachable(dataDir)) return folder;
  // Not made of the data folder's name: who deletes that folder wants to begin anew.
  const target = join(machineFolder(), `postgres-${randomBytes(8).toString('hex')}`);
  symlinkSync(target, folder);
  return target;
}

/**
 * A folder for the server's socket that only its owner can enter; paths of sockets may have 107 bytes, so it cannot stand
 * in a data folder of any depth.
 * @throws Error when another user was faster to make it
 */
export function socketFolder(cluster: string, owner: Owner | undefined): string {
  const parent = owner === undefined ? tmpdir() : machineFolder();
  const folder = join(parent, `${owner === undefined ? 'athanor-' : ''}${shortHash(cluster)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  else if (lstatSync(folder).uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  chmodSync(folder, 0o700);
  return folder;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

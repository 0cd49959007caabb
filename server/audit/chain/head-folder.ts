import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AuditHead } from '../../storage/audit-chain.ts';

/**
 * Heads as files, one each, never overwritten: to be mounted on, or copied to, where whoever owns the database cannot
 * change them.
 */
export interface HeadFolder {
  write(head: AuditHead): Promise<void>;
  /** Heads that are there; files that are none are told by name. */
  read(): Promise<{ readonly heads: readonly AuditHead[]; readonly unreadable: readonly string[] }>;
}

interface HeadFile {
  readonly seq: number;
  readonly at: number;
  readonly hash: string;
  readonly cut: number | null;
  readonly key: string;
  readonly signature: string;
}

export function headFolder(path: string): HeadFolder {
  return {
    async write(head) {
      await mkdir(path, { recursive: true });
      const content: HeadFile = {
        ...head,
        hash: head.hash.toString('hex'),
        signature: head.signature.toString('base64'),
      };
      const name = `${String(head.seq).padStart(16, '0')}-${head.at}.json`;
      await writeOnce(join(path, name), `${JSON.stringify(content)}\n`);
    },
    async read() {
      const names = (await namesIn(path)).filter((name) => name.endsWith('.json')).sort();
      const heads: AuditHead[] = [];
      const unreadable: string[] = [];
      for (const name of names) {
        const head = parseHead(await readFile(join(path, name), 'utf8'));
        if (head === undefined) unreadable.push(name);
        else heads.push(head);
      }
      return { heads, unreadable };
    },
  };
}

/** Two processes may sign the same at the same millisecond, with the same key: then it is there, or about to be. */
async function writeOnce(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o444 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if ((await readFile(path, 'utf8')) === text) return;
      await setTimeout(BETWEEN_ATTEMPTS);
    }
    throw error;
  }
}

/** Until the other one has written it. */
const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS = 50;

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseHead(text: string): AuditHead | undefined {
  try {
    const file = JSON.parse(text) as HeadFile;
    return { ...file, hash: Buffer.from(file.hash, 'hex'), signature: Buffer.from(file.signature, 'base64') };
  } catch {
    return undefined;
  }
}

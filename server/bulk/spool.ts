import { constants, crc32, deflateRaw } from 'node:zlib';
import { copyFile, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BulkFile } from './work-table.ts';

/**
 * Files while they are written, in a folder of this machine: each a gzip stream of one member that can be continued where
 * it was left (https://www.rfc-editor.org/rfc/rfc1952), since every piece ends at a byte and refers to nothing before it.
 * Every run has a folder of its own, so that one that has lost the work spoils nothing.
 */
export interface Spool {
  pathOf(file: string): string;
  /** Adds a text to an open file; what counts of it is what the answer says, once that is kept. */
  append(file: BulkFile, text: string, count: number): Promise<BulkFile>;
  /** Completes the file. */
  close(file: BulkFile): Promise<BulkFile>;
  remove(file: string): Promise<void>;
}

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** The last block, which is empty. */
const END = [3, 0];

const compress = promisify(deflateRaw) as (text: Buffer, options: { readonly finishFlush: number }) => Promise<Buffer>;

export function newFile(kind: BulkFile['kind'], type: string, name: string): BulkFile {
  return { name, kind, type, count: 0, size: 0, raw: 0, crc: 0, state: 'open' };
}

export async function openSpool(root: string, work: string, run: string): Promise<Spool> {
  const folder = join(root, work, run);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (file: string): string => join(folder, file);

  async function write({ name, size }: BulkFile, bytes: Buffer): Promise<void> {
    const handle = await open(pathOf(name), size === 0 ? 'w' : 'r+', 0o600);
    try {
      await handle.write(bytes, 0, bytes.length, size);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  return {
    pathOf,
    async append(file, text, count) {
      const plain = Buffer.from(text);
      const piece = await compress(plain, { finishFlush: constants.Z_FULL_FLUSH });
      const bytes = file.size === 0 ? Buffer.concat([HEADER, piece]) : piece;
      await write(file, bytes);
      return {
        ...file,
        count: file.count + count,
        size: file.size + bytes.length,
        raw: file.raw + plain.length,
        crc: crc32(plain, file.crc),
      };
    },
    async close(file) {
      const end = Buffer.alloc(END.length + 8);
      end.set(END);
      end.writeUInt32LE(file.crc, END.length);
      end.writeUInt32LE(file.raw % 0x1_0000_0000, END.length + 4);
      const bytes = file.size === 0 ? Buffer.concat([HEADER, end]) : end;
      await write(file, bytes);
      return { ...file, size: file.size + bytes.length, state: 'closed' };
    },
    remove: (file) => rm(pathOf(file), { force: true }),
  };
}

/**
 * Takes over what an earlier run has written of the files, cut back to what counts.
 * @returns false when it is not there (another machine wrote it): then nothing can be continued
 */
export async function adoptSpool(
  root: string,
  work: string,
  from: string,
  into: Spool,
  files: readonly BulkFile[],
): Promise<boolean> {
  for (const { name, size } of files) {
    const source = join(root, work, from, name);
    const known = await stat(source).catch(() => undefined);
    if (known === undefined || known.size < size) return false;
    await copyFile(source, into.pathOf(name));
    await truncate(into.pathOf(name), size);
  }
  return true;
}

/** Removes what other runs than this one have left. */
export async function dropOtherRuns(root: string, work: string, run: string): Promise<void> {
  for (const other of await readdir(join(root, work))) {
    if (other !== run) await rm(join(root, work, other), { recursive: true, force: true });
  }
}

export function dropSpool(root: string, work: string): Promise<void> {
  return rm(join(root, work), { recursive: true, force: true });
}

import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UnreadableRelease } from './problem.ts';

/** One file of a release. */
export interface ReleaseFile {
  /** Path within the zip or folder. */
  readonly name: string;
  /** Bytes, uncompressed. */
  readonly size: number;
  /** @throws UnreadableRelease when it is damaged */
  content(): AsyncIterable<Buffer>;
}

/** A release as it is published: a zip, an unpacked folder or a single file. */
export interface ReleaseInput {
  readonly name: string;
  readonly files: readonly ReleaseFile[];
  /** Over all of the content. */
  sha256(): Promise<string>;
  close(): void;
}

/** @throws UnreadableRelease when there is no such file, or it is a zip that is cut off */
export async function openRelease(path: string): Promise<ReleaseInput> {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw new UnreadableRelease(path, 'no such file or folder', undefined, cause);
  }
  if (isFolder) return openFolder(path);
  return (await isZip(path)) ? openZip(path) : openFile(path);
}

function openFile(path: string): ReleaseInput {
  const file = fileAt(path, basename(path));
  return { name: basename(path), files: [file], sha256: () => hashOf([file]), close: () => undefined };
}

function openFolder(path: string): ReleaseInput {
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((found) => fileAt(found, relative(path, found)));
  return { name: basename(path), files, sha256: () => hashOf(files), close: () => undefined };
}

async function openZip(path: string): Promise<ReleaseInput> {
  const name = basename(path);
  let zip: ZipFile;
  const entries: Entry[] = [];
  try {
    zip = await openPromise(path, { autoClose: false });
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) entries.push(entry);
  } catch (cause) {
    throw new UnreadableRelease(
      name,
      `is not a whole zip file (${messageOf(cause)}); copy or download it again`,
      undefined,
      cause,
    );
  }
  return {
    name,
    files: entries.map((entry) => ({
      name: entry.fileName,
      size: entry.uncompressedSize,
      content: () => zipContent(zip, entry),
    })),
    sha256: () => hashOf([fileAt(path, name)]),
    close: () => zip.close(),
  };
}

async function* zipContent(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let checksum = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      checksum = crc32(chunk as Buffer, checksum);
      yield chunk as Buffer;
    }
  } catch (cause) {
    if (cause instanceof UnreadableRelease) throw cause;
    throw new UnreadableRelease(entry.fileName, `cannot be unpacked: ${messageOf(cause)}`, undefined, cause);
  }
  if (checksum !== entry.crc32) throw new UnreadableRelease(entry.fileName, 'is damaged: its checksum is wrong');
}

function fileAt(path: string, name: string): ReleaseFile {
  return {
    name,
    size: statSync(path).size,
    content: () => createReadStream(path, { highWaterMark: 1 << 18 }),
  };
}

async function isZip(path: string): Promise<boolean> {
  for await (const start of createReadStream(path, { end: 1 })) return (start as Buffer).toString('latin1') === 'PK';
  return false;
}

async function hashOf(files: readonly ReleaseFile[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    if (files.length > 1) hash.update(`${file.name}\n`);
    for await (const chunk of file.content()) hash.update(chunk);
  }
  return hash.digest('hex');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface InputFile {
  /** As shown to people: the file's name, or `standard input`. */
  readonly name: string;
  /** Bytes on disk; undefined for standard input. */
  readonly size: number | undefined;
  /** Raw bytes, as they are on disk. */
  open(): AsyncIterable<Buffer>;
}

const CONTENT = /\.(json|ndjson|jsonl)(\.gz)?$/i;

/**
 * The files that the arguments name: as given, folders (with their folders) in name order, `-` as standard input.
 * @throws Error when a path does not exist, or a folder holds nothing to import
 */
export function findInputFiles(paths: readonly string[]): InputFile[] {
  return paths.flatMap((path): InputFile[] => {
    if (path === '-') return [{ name: 'standard input', size: undefined, open: () => process.stdin }];
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new Error(`${path} does not exist`);
    if (!stats.isDirectory()) return [fileAt(path, stats.size)];
    const found = filesBelow(path);
    if (found.length === 0) throw new Error(`${path} has no .json, .ndjson or .jsonl files (gzipped or not)`);
    return found;
  });
}

function filesBelow(folder: string): InputFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return CONTENT.test(entry.name) ? [fileAt(path, statSync(path).size)] : [];
  });
}

function fileAt(path: string, size: number): InputFile {
  return { name: basename(path), size, open: () => createReadStream(path, { highWaterMark: 1 << 20 }) };
}

/** The content of a file; gzip is recognised by its first bytes, not by a name. `onRead` gets the raw bytes as they pass. */
export async function* readContent(file: InputFile, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const source = file.open()[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return;
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for (let chunk: IteratorResult<Buffer, unknown> = first; chunk.done !== true; chunk = await source.next()) {
        onRead(chunk.value.length);
        yield chunk.value;
      }
    } finally {
      await source.return?.();
    }
  }
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (isGzip) yield* pipeline(counted(), createGunzip(), () => undefined);
  else yield* counted();
}

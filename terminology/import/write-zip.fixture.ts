import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32, deflateRawSync, createDeflateRaw } from 'node:zlib';

/** Parts of a file; a string is written as UTF-8. */
export type Content = string | Buffer | Iterable<string>;

/** Writes a zip file, an entry at a time, without holding it in memory. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export async function writeZip(path: string, entries: Readonly<Record<string, Content>>): Promise<void> {
  const file = openSync(path, 'w');
  let position = 0;
  const append = (bytes: Buffer): void => {
    writeSync(file, bytes, 0, bytes.length, position);
    position += bytes.length;
  };
  const directory: Buffer[] = [];
  for (const [name, content] of Object.entries(entries)) {
    const start = position;
    append(localHeader(name, 0, 0, 0));
    const { checksum, size } = await deflateTo(append, content);
    const end = position;
    const compressed = end - start - localHeader(name, 0, 0, 0).length;
    const header = localHeader(name, checksum, compressed, size);
    writeSync(file, header, 0, header.length, start);
    directory.push(centralHeader(name, checksum, compressed, size, start));
  }
  const central = Buffer.concat(directory);
  const centralStart = position;
  append(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(centralStart, 16);
  append(end);
  closeSync(file);
}

async function deflateTo(
  append: (bytes: Buffer) => void,
  content: Content,
): Promise<{ readonly checksum: number; readonly size: number }> {
  if (typeof content === 'string' || Buffer.isBuffer(content)) {
    const bytes = Buffer.from(content as string);
    append(deflateRawSync(bytes));
    return { checksum: crc32(bytes), size: bytes.length };
  }
  const deflate = createDeflateRaw({ level: 1 });
  deflate.on('data', append);
  let checksum = 0;
  let size = 0;
  for (const piece of content) {
    const bytes = Buffer.from(piece);
    checksum = crc32(bytes, checksum);
    size += bytes.length;
    if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  const ended = new Promise((resolve) => deflate.once('end', resolve));
  deflate.end();
  await ended;
  return { checksum, size };
}

function localHeader(name: string, checksum: number, compressed: number, size: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  writeSizes(header, 8, checksum, compressed, size, name);
  return Buffer.concat([header, Buffer.from(name)]);
}

function centralHeader(name: string, checksum: number, compressed: number, size: number, start: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 6);
  writeSizes(header, 10, checksum, compressed, size, name);
  header.writeUInt32LE(start, 42);
  return Buffer.concat([header, Buffer.from(name)]);
}

/** Method, time, checksum, sizes and length of the name stand in the same order in both headers. */
function writeSizes(
  header: Buffer,
  at: number,
  checksum: number,
  compressed: number,
  size: number,
  name: string,
): void {
  header.writeUInt16LE(8, at);
  header.writeUInt32LE(checksum, at + 6);
  header.writeUInt32LE(compressed, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt16LE(Buffer.byteLength(name), at + 18);
}

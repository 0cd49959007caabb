import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

export interface ZipFile {
  /** ASCII, with `/` between folders. */
  readonly name: string;
  readonly bytes: Buffer;
}

const deflate = promisify(deflateRaw);

const VERSION = 20;
const DEFLATED = 8;
const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 46;
const END = 22;

/**
 * A zip archive, below 4 GiB and 65,536 files. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @param time milliseconds: of every file
 */
export async function zipOf(files: readonly ZipFile[], time: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const packed = await deflate(bytes);
    const common = commonHeader(name, bytes, packed, time);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]);
    directory.push(centralHeader(common, offset), Buffer.from(name));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(END);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

/** What stands in front of a file and in the directory alike: version needed to length of the extra field. */
function commonHeader(name: string, bytes: Buffer, packed: Buffer, time: number): Buffer {
  const header = Buffer.alloc(LOCAL_HEADER - 4);
  const date = new Date(time);
  header.writeUInt16LE(VERSION, 0);
  header.writeUInt16LE(DEFLATED, 4);
  header.writeUInt16LE((date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1), 6);
  header.writeUInt16LE(((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(), 8);
  header.writeUInt32LE(crc32(bytes), 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(bytes.length, 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  return header;
}

function centralHeader(common: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(CENTRAL_HEADER);
  header.write('PK\x01\x02', 0, 'latin1');
  header.writeUInt16LE(VERSION, 4);
  common.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  return header;
}

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract, type Entry } from 'tar-stream';
import { Fault, fault } from '../../kernel/fault.ts';

const unzip = promisify(gunzip);
/** Bytes of everything in a package, unpacked; the largest published ones have half of it. */
const MAX_TOTAL = 268_435_456;
/** Bytes of one file. */
const MAX_FILE = 67_108_864;
const MAX_FILES = 30_000;

/** `package/package.json`, `package/Patient-x.json`, `package/example/Patient-x.json`. */
const WANTED = /^package\/(?:examples?\/)?[^/.][^/]*\.json$/;

/**
 * The JSON files of a FHIR package (a gzipped tar) by path. Nothing is written to a disk.
 * https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 * @throws Fault 400 for what is no such archive, was cut off, or has paths or links that lead outside of it; 413 beyond bounds
 */
export async function readArchive(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const tar = extract();
  tar.end(await decompress(bytes));
  let count = 0;
  try {
    for await (const entry of tar) {
      count += 1;
      if (count > MAX_FILES) throw tooMuch(`more than ${MAX_FILES} files`);
      const path = checkedPath(entry);
      if (entry.header.type !== 'file' || !WANTED.test(path)) {
        entry.resume();
        continue;
      }
      if ((entry.header.size ?? 0) > MAX_FILE) throw tooMuch(`more than ${MAX_FILE} bytes in ${path.slice(0, 200)}`);
      if (files.has(path)) throw broken(`it has the file ${path.slice(0, 200)} twice`);
      files.set(path, await content(entry));
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw broken('the tar inside is damaged or cut off', cause);
  }
  return files;
}

async function decompress(bytes: Buffer): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: MAX_TOTAL });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch(`more than ${MAX_TOTAL} bytes`);
    throw broken('it is not gzipped, or it was cut off', cause);
  }
}

async function content(entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Nothing outside of the package is meant, whatever would become of it. */
function checkedPath({ header: { name, type } }: Entry): string {
  const path = name.replace(/^(?:\.\/)+/, '');
  const isOutside = path.startsWith('/') || path.includes('\\') || path.split('/').includes('..');
  if (isOutside) throw broken(`the path ${JSON.stringify(name.slice(0, 200))} leads outside of the package`);
  if (type !== 'file' && type !== 'directory') {
    throw broken(`${JSON.stringify(name.slice(0, 200))} is a ${String(type)}; only files and folders are taken`);
  }
  return path;
}

function broken(problem: string, cause?: unknown): Fault {
  const text = `The FHIR package cannot be read: ${problem}. Expected is a gzipped tar with package/package.json.`;
  return fault('package.badArchive', 400, 'structure', text, undefined, { cause });
}

function tooMuch(problem: string): Fault {
  const text = `The FHIR package holds ${problem}; install its parts as packages of their own.`;
  return fault('package.tooLarge', 413, 'too-long', text);
}

import { UnreadableRelease } from './problem.ts';
import type { ReleaseFile } from './release-input.ts';

export type Encoding = 'utf-8' | 'windows-1252';

const NEWLINE = 10;

/**
 * The text of a file in pieces that end at line ends (the last one at the end of the file); no byte order mark.
 * @throws UnreadableRelease with the line, when bytes are not of the encoding
 */
export async function* textOf(
  file: ReleaseFile,
  encoding: Encoding,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let line = 1;
  let rest: Buffer[] = [];
  const decode = (bytes: Buffer): string => {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new UnreadableRelease(file.name, `is not ${encoding.toUpperCase()} text`, line + wrongLine(bytes), cause);
    }
  };
  for await (const chunk of file.content()) {
    onBytes(chunk.length);
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    const text = decode(Buffer.concat([...rest, chunk.subarray(0, end + 1)]));
    rest = [chunk.subarray(end + 1)];
    yield text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) line += 1;
  }
  const last = decode(Buffer.concat(rest));
  if (last !== '') yield last;
}

/** Lines before the first one that is not UTF-8. */
function wrongLine(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 0;
  for (let start = 0; start < bytes.length; lines += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    const next = end === -1 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, next));
    } catch {
      return lines;
    }
    start = next;
  }
  return 0;
}

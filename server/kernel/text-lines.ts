import type { Readable } from 'node:stream';

/** Lines of an UTF-8 text. Only a newline ends one: JSON texts may hold other separators of lines as they are. */
export async function* textLines(content: Readable): AsyncGenerator<string> {
  content.setEncoding('utf8');
  let rest = '';
  for await (const chunk of content as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

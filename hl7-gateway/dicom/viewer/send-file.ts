import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const NAME = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/;
/** Files with a hash in their names never change. */
const HASHED = /-[\w-]{8}\.\w+$/;

/**
 * Answers with a file of a built page.
 * @param name below the folder; at most one folder deep
 * @returns false, and nothing is answered, when there is no such file
 */
export async function sendFile(folder: string, name: string, response: ServerResponse): Promise<boolean> {
  const type = TYPES[extname(name)];
  if (type === undefined || !NAME.test(name)) return false;
  const content = await readFile(join(folder, name)).catch((error: unknown) => {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  });
  if (content === undefined) return false;
  response.setHeader('Cache-Control', HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': content.length }).end(content);
  return true;
}

import type { IncomingMessage } from 'node:http';

/**
 * Whether a page of another site may not connect: browsers send Origin with every websocket, programs none.
 * @param isAllowed further origins
 */
export async function isForeignOrigin(
  { headers }: IncomingMessage,
  isAllowed: (origin: string) => boolean | Promise<boolean>,
): Promise<boolean> {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (URL.canParse(origin) && new URL(origin).host === host) return false;
  return !(await isAllowed(origin));
}

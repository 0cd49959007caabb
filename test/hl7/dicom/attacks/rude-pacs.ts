import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort, listenOn } from '../../../harness/free-port.ts';
import type { TestOrthanc } from '../harness/orthanc.ts';

export const BAD_MANNERS = [
  ...(['error', 'busy', 'login', 'rubbish', 'page', 'hang', 'cut', 'reset', 'endless'] as const),
  ...(['missing', 'nothing', 'elsewhere', 'other', 'no-list'] as const),
] as const;

type BadManners = (typeof BAD_MANNERS)[number];

/** How a PACS answers when it is not well. */
export type Manners = 'well' | BadManners;

/** Stands before a PACS, and answers in its place unless it is well. */
export interface RudePacs {
  /** `http://127.0.0.1:PORT`, for that of the PACS. */
  readonly base: string;
  /** Requests since it was last asked for. */
  requests(): number;
  behave(manners: Manners): void;
  close(): Promise<void>;
}

export async function openRudePacs(pacs: TestOrthanc): Promise<RudePacs> {
  let manners: Manners = 'well';
  let requests = 0;
  const server = createServer((incoming, response) => {
    requests += 1;
    // What it tells of changes is true then; what DICOMweb says of studies is not.
    const isOwn = manners === 'no-list' && !(incoming.url ?? '').startsWith('/dicom-web');
    if (manners === 'well' || isOwn) forward(pacs, incoming, response);
    else misbehave(manners, response);
  });
  const port = await freePort();
  await listenOn(server, port);
  return {
    base: `http://127.0.0.1:${port}`,
    requests() {
      const count = requests;
      requests = 0;
      return count;
    },
    behave(next) {
      manners = next;
      // Answers that hang would be waited for until their time is over.
      if (next === 'well') server.closeAllConnections();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function forward(pacs: TestOrthanc, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = incoming;
  const options = { method, headers, agent: false };
  const outgoing = request(new URL(url ?? '/', pacs.base), options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}

const JSON_TYPE = { 'content-type': 'application/dicom+json' };

function misbehave(manners: BadManners, response: ServerResponse): void {
  switch (manners) {
    case 'error':
      response.writeHead(500).end();
      return;
    case 'busy':
      response.writeHead(503, { 'retry-after': '1' }).end();
      return;
    case 'login':
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      return;
    case 'missing':
      response.writeHead(404).end();
      return;
    case 'nothing':
      response.writeHead(204).end();
      return;
    case 'rubbish':
      response.writeHead(200, JSON_TYPE).end('[{"0020000D":{"vr":"UI","Value":["');
      return;
    case 'page':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
      return;
    case 'other':
      // JSON that is right, and says something that nobody asked for.
      response.writeHead(200, JSON_TYPE).end('{"Changes":[{"Seq":"x"},null,7],"Done":"no","Last":-5}');
      return;
    case 'no-list':
      response.writeHead(200, JSON_TYPE).end('{"error":"try later"}');
      return;
    case 'hang':
      return;
    case 'cut':
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      response.write('[');
      setTimeout(() => response.destroy(), 50);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'elsewhere':
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
      return;
    case 'endless':
      endless(response);
  }
}

const CHUNK = Buffer.alloc(1024 * 1024, 0x20);

/** Spaces without end, as fast as they are read. */
function endless(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  const more = (): void => {
    while (!response.destroyed && response.write(CHUNK));
  };
  response.on('drain', more);
  more();
}

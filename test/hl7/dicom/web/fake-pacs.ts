import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort, listenOn } from '../../../harness/free-port.ts';

/** A PACS that answers as a test says. */
export interface FakePacs {
  readonly dicomWeb: string;
  readonly user: string;
  readonly password: string;
  /** What it was asked, newest last. */
  readonly asked: readonly IncomingMessage[];
  /** Answers from now on. */
  answer(how: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function openFakePacs(): Promise<FakePacs> {
  const asked: IncomingMessage[] = [];
  let how = (_request: IncomingMessage, response: ServerResponse): unknown => response.writeHead(404).end();
  const server = createServer((request, response) => {
    asked.push(request);
    response.on('error', () => undefined);
    how(request, response);
  });
  const port = await freePort();
  await listenOn(server, port);
  return {
    dicomWeb: `http://127.0.0.1:${port}/dicom-web`,
    user: 'gateway',
    password: 'secret-of-the-pacs',
    asked,
    answer: (next) => void (how = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

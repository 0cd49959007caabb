import { createServer, type Server } from 'node:net';

/**
 * Below what systems give to outgoing connections (Linux from 32768, others from 49152): a port from there may be taken
 * by any connection between the moment that it was found free and the moment that a server listens on it.
 */
const FIRST = 12_000;
const PORTS_PER_PROCESS = 500;
const PROCESSES = 40;

let next = Math.floor(Math.random() * PORTS_PER_PROCESS);

/**
 * A port of this machine that nobody listens on just now, and that no other process of a test run is given.
 * @throws when all ports of this process are in use
 */
export async function freePort(): Promise<number> {
  const first = FIRST + (process.pid % PROCESSES) * PORTS_PER_PROCESS;
  for (let tries = 0; tries < PORTS_PER_PROCESS; tries++) {
    const port = first + next;
    next = (next + 1) % PORTS_PER_PROCESS;
    if (await isFree(port)) return port;
  }
  throw new Error(`ports ${first} to ${first + PORTS_PER_PROCESS - 1} are all in use`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return listenOn(server, port).then(
    () => new Promise((resolve) => server.close(() => resolve(true))),
    () => false,
  );
}

/** Listens on loopback; a port that is in use is an error that the caller sees, not one that ends the process. */
export function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

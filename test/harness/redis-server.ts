import { spawn } from 'node:child_process';
import { freePort } from './free-port.ts';

export interface TestRedis {
  readonly url: string;
  start(): Promise<void>;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Lets it accept connections and answer nothing, or go on. */
  freeze(isFrozen: boolean): void;
}

/** A Redis of one's own on loopback that keeps nothing; not yet started. */
export async function createTestRedis(): Promise<TestRedis> {
  const port = await freePort();
  let child: ReturnType<typeof spawn> | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start() {
      const started = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
      child = started;
      return new Promise((resolve, reject) => {
        started.stdout.on('data', (text: Buffer) => {
          if (text.includes('Ready to accept connections')) resolve();
        });
        started.once('exit', () => reject(new Error('redis-server ended')));
      });
    },
    async stop() {
      const ended = child;
      if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
      const exit = new Promise((resolve) => ended.once('exit', resolve));
      ended.kill('SIGKILL');
      await exit;
    },
    freeze: (isFrozen) => void child?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
  };
}

import { createPool, type CallAnswer, type PoolOptions } from './pool.ts';
import { processGivesWay } from './priority.ts';
import type { FromProcess, ToProcess } from './protocol.ts';

type AnswerCall = (answer: CallAnswer) => void;

/** Serves runs that come from the process that started this one, in threads, until that one is gone. */
export function serveProcess({ size, startThread }: Pick<PoolOptions, 'size' | 'startThread'>): void {
  processGivesWay();
  const send = (message: FromProcess): void => void process.send?.(message);
  const pool = createPool({
    size,
    startThread,
    onError: (error) => send({ kind: 'error', text: error instanceof Error ? String(error.stack) : String(error) }),
  });
  /** Calls that wait for their answers, by run. */
  const calls = new Map<number, AnswerCall[]>();

  async function run({ run: id, request }: Extract<ToProcess, { kind: 'run' }>): Promise<void> {
    const waiting: AnswerCall[] = [];
    calls.set(id, waiting);
    const end = await pool.run({
      ...request,
      call: (name, text) =>
        new Promise((resolve) => {
          send({ kind: 'call', run: id, call: waiting.push(resolve) - 1, name, text });
        }),
    });
    calls.delete(id);
    send({ kind: 'end', run: id, end });
  }

  process.on('message', (message: ToProcess) => {
    if (message.kind === 'run') void run(message);
    else calls.get(message.run)?.[message.call]?.({ isError: message.isError, text: message.text });
  });
  // However the other process ended. At once: a thread may be in something that cannot be interrupted.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // A terminal and supervisors send these to every process; runs under way end with the server.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
}

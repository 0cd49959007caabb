import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Megabytes of a thread beside the virtual machine, whose memory is its own. */
const HEAP = 96;

/** A thread in which bots run; it gets nothing of the server's environment. */
export function startBotThread(): Worker {
  const options: WorkerOptions = { env: {}, resourceLimits: { maxOldGenerationSizeMb: HEAP, stackSizeMb: 4 } };
  if (!import.meta.filename.endsWith('.ts')) return new Worker(new URL('./bot-thread.js', import.meta.url), options);
  // From sources (npm run dev, tests): Node's flags for loaders reach no threads.
  const program = pathToFileURL(join(import.meta.dirname, 'bot-thread.ts')).href;
  const loader = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(program)}, ${JSON.stringify(program)}))`;
  return new Worker(loader, { ...options, eval: true });
}

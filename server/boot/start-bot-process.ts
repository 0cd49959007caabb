import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The process in which bots run; it gets nothing of the server's environment. */
export function startBotProcess(threads: number): ChildProcess {
  const isSource = import.meta.filename.endsWith('.ts');
  const program = join(import.meta.dirname, isSource ? 'bot-process.ts' : 'bot-process.js');
  // From sources (npm run dev, tests) it needs the loader.
  const loader = isSource ? ['--import', pathToFileURL(createRequire(import.meta.filename).resolve('tsx')).href] : [];
  return fork(program, [String(threads)], {
    env: {},
    execArgv: loader,
    // What a run is given and answers may be megabytes of text.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

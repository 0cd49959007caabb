import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { uuidv7 } from '../../server/kernel/id.ts';
import { busyClock } from './busy-clock.ts';
import { createMachine } from './machine.ts';
import { createPace } from './pace.ts';
import { threadGivesWay } from './priority.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

/** As far as it is used here; the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
}

const { compile } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/** Serves runs that come through a port, one at a time, until the thread is ended. */
export async function serveRuns(port: MessagePort): Promise<void> {
  threadGivesWay();
  const wasm = await compile(await readFile(wasmFile()));
  let machine = createMachine(wasm);
  const pace = createPace();
  let current: { readonly run: number; sandbox: Sandbox | undefined } | undefined;
  const send = (message: FromThread): void => port.postMessage(message);

  async function start({ run, request, clock }: Extract<ToThread, { kind: 'run' }>): Promise<void> {
    const ready = await machine;
    const own: NonNullable<typeof current> = { run, sandbox: undefined };
    current = own;
    const sandbox = startSandbox(ready, request, busyClock(clock), pace, {
      call: (call, name, text) => send({ kind: 'call', run, call, name, text }),
      newId: () => uuidv7(Date.now()),
      end: (end) => send({ kind: 'end', run, end }),
      leave(isReset) {
        if (!isReset) machine = createMachine(wasm);
      },
    });
    own.sandbox = sandbox;
  }

  port.on('message', (message: ToThread) => {
    if (message.kind === 'run') void start(message);
    // What comes for a run that is over came too late.
    else if (message.run !== current?.run) return;
    else if (message.kind === 'answer') current.sandbox?.answer(message.call, message.isError, message.text);
    else current.sandbox?.stop();
  });
}

/** It comes with a package of the package. */
function wasmFile(): string {
  const own = createRequire(import.meta.url);
  return createRequire(own.resolve('quickjs-emscripten')).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC, type QuickJSWASMModule } from 'quickjs-emscripten';
import { uuidv7 } from '../../server/kernel/id.ts';
import { busyClock } from './busy-clock.ts';
import { MEMORY } from './limits.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { createPace } from './pace.ts';
import { threadGivesWay } from './priority.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const PAGE = 65_536;
/** What the WebAssembly module was built to begin with. */
const FIRST_PAGES = (16 * 1024 * 1024) / PAGE;

/** As far as it is used here; the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => object;
}

type Customization = Parameters<typeof newVariant>[1];

const { compile, Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/** Serves runs that come through a port, one at a time, until the thread is ended. */
export async function serveRuns(port: MessagePort): Promise<void> {
  threadGivesWay();
  const wasm = await compile(await readFile(wasmFile()));
  let machine = instanceOf(wasm);
  const pace = createPace();
  let current: { readonly run: number; sandbox: Sandbox | undefined } | undefined;
  const send = (message: FromThread): void => port.postMessage(message);

  async function start({ run, request, clock }: Extract<ToThread, { kind: 'run' }>): Promise<void> {
    const quickjs = await machine;
    const own: NonNullable<typeof current> = { run, sandbox: undefined };
    current = own;
    const sandbox = startSandbox(quickjs, request, busyClock(clock), pace, {
      call: (call, name, text) => send({ kind: 'call', run, call, name, text }),
      newId: () => uuidv7(Date.now()),
      end(end, isBroken) {
        if (isBroken) machine = instanceOf(wasm);
        send({ kind: 'end', run, end });
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

/** Its memory is what limits that of bots: QuickJS itself does not know here how much it has allocated. */
function instanceOf(wasm: object): Promise<QuickJSWASMModule> {
  const wasmMemory = new Memory({ initial: FIRST_PAGES, maximum: MEMORY / PAGE });
  // A machine that breaks says so on the error stream otherwise.
  const emscriptenModule = { print: () => undefined, printErr: () => undefined };
  const customization = { wasmModule: wasm, wasmMemory, emscriptenModule } as Customization;
  return newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, customization));
}

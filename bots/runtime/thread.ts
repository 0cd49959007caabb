import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC, type QuickJSWASMModule } from 'quickjs-emscripten';
import { uuidv7 } from '../../server/kernel/id.ts';
import { busyClock } from './busy-clock.ts';
import { MEMORY } from './limits.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { ownThread } from './thread-cpu.ts';

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

/** Bots give way to requests: beside a busy thread, one of bots gets about 3 % of a core. */
const NICE = 15;

/** Serves runs that come through a port, one at a time, until the thread is ended. */
export async function serveRuns(port: MessagePort): Promise<void> {
  giveWay();
  const wasm = await compile(await readFile(wasmFile()));
  let machine = instanceOf(wasm);
  let current: { readonly run: number; sandbox: Sandbox | undefined } | undefined;
  const send = (message: FromThread): void => port.postMessage(message);

  async function start({ run, request, clock }: Extract<ToThread, { kind: 'run' }>): Promise<void> {
    const quickjs = await machine;
    const own: NonNullable<typeof current> = { run, sandbox: undefined };
    current = own;
    const sandbox = startSandbox(quickjs, request, busyClock(clock), {
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

/** Threads have priorities of their own on Linux; elsewhere bots run like requests. */
function giveWay(): void {
  const thread = ownThread();
  if (thread === undefined) return;
  try {
    setPriority(thread, NICE);
  } catch {
    // A system that does not let it changes nothing else.
  }
}

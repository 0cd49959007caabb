import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } from 'quickjs-emscripten';
import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten';
import { CLIENT } from './client.ts';
import { MEMORY, STACK } from './limits.ts';
import { memoryPicture } from './memory-picture.ts';

/** A virtual machine with the language and the bot's side of the server in it, and nothing of any bot. */
export interface Machine {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  /** Of the client: `start(main, event)` and `settle(call, isError, text)`. */
  readonly start: QuickJSHandle;
  readonly settle: QuickJSHandle;
  /** Whom the bot's side of the server asks from now on. */
  serve(host: MachineHost): void;
  /**
   * Puts its memory back to what it was before its first bot; handles that were made since must not be used.
   * @returns false when it cannot be, and must not be used again
   */
  reset(): boolean;
}

/** What the client asks for: functions of texts and numbers. */
export interface MachineHost {
  call(name: string, text: string): number;
  log(level: string, text: string): void;
  /** Milliseconds. */
  now(): number;
  newId(): string;
  done(text: string): void;
  fail(name: string, message: string, stack: string, code: string): void;
  /** Asked often while the machine computes: whether it has to end. */
  isOver(): boolean;
}

const PAGE = 65_536;
/** What the WebAssembly module was built to begin with. */
const FIRST_PAGES = (16 * 1024 * 1024) / PAGE;

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

/** As far as it is used here; the types of Node leave it to those of browsers. */
interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WebAssemblyMemory;
}

type Customization = Parameters<typeof newVariant>[1];

const { Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/**
 * Making a machine takes 14 ms, 1.6 of them without the instance of WebAssembly; putting its memory back takes 8 µs. The
 * memory is what limits that of bots: QuickJS itself does not know here how much it has allocated.
 * @param wasm the compiled module
 */
export async function createMachine(wasm: object): Promise<Machine> {
  const memory = new Memory({ initial: FIRST_PAGES, maximum: MEMORY / PAGE });
  // A machine that breaks says so on the error stream otherwise.
  const emscriptenModule = { print: () => undefined, printErr: () => undefined };
  const customization = { wasmModule: wasm, wasmMemory: memory, emscriptenModule } as Customization;
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, customization));
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK });
  let served: MachineHost | undefined;
  runtime.setInterruptHandler(() => served?.isOver() ?? false);
  const context = runtime.newContext();
  const functions = loadClient(context, () => {
    if (served === undefined) throw new Error('the client asks for something before there is a bot');
    return served;
  });
  const picture = memoryPicture(memory.buffer);
  return {
    runtime,
    context,
    ...functions,
    serve(host) {
      served = host;
    },
    reset() {
      served = undefined;
      // Memory that has grown is given back with the machine alone.
      if (memory.buffer.byteLength > FIRST_PAGES * PAGE) return false;
      picture.restore();
      return true;
    },
  };
}

function loadClient(context: QuickJSContext, host: () => MachineHost): Pick<Machine, 'start' | 'settle'> {
  const client = context.unwrapResult(context.evalCode(CLIENT, 'athanor.js', { type: 'global' }));
  const own = hostObject(context, host);
  const functions = context.unwrapResult(context.callFunction(client, context.undefined, own));
  const [start, settle] = [context.getProp(functions, 'start'), context.getProp(functions, 'settle')];
  for (const handle of [client, own, functions]) handle.dispose();
  return { start, settle };
}

function hostObject(context: QuickJSContext, host: () => MachineHost): QuickJSHandle {
  const object = context.newObject();
  const textOf = (handle: QuickJSHandle | undefined): string => (handle === undefined ? '' : context.getString(handle));
  const functions: Record<string, (...args: QuickJSHandle[]) => QuickJSHandle | undefined> = {
    call: (name, text) => context.newNumber(host().call(textOf(name), textOf(text))),
    log(level, text) {
      host().log(textOf(level), textOf(text));
      return undefined;
    },
    now: () => context.newNumber(host().now()),
    newId: () => context.newString(host().newId()),
    // The machine's own begins with the same number in each run, since its memory does.
    random: () => context.newNumber(Math.random()),
    done(text) {
      host().done(textOf(text));
      return undefined;
    },
    fail(name, message, stack, code) {
      host().fail(textOf(name), textOf(message), textOf(stack), textOf(code));
      return undefined;
    },
  };
  for (const [name, run] of Object.entries(functions)) {
    context.newFunction(name, run).consume((handle) => context.setProp(object, name, handle));
  }
  return object;
}

import { createContext, Script } from 'node:vm';

const context = createContext({ run: undefined });
const script = new Script('run()');

/**
 * Runs a synchronous function and stops it when it takes too long; what it changed until then stays changed.
 * @param limit milliseconds
 * @returns undefined when it was stopped
 */
export function timeBoxed<T>(run: () => T, limit: number): { readonly result: T } | undefined {
  context.run = () => ({ result: run() });
  try {
    return script.runInContext(context, { timeout: limit }) as { readonly result: T };
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  } finally {
    context.run = undefined;
  }
}

/** By its code, as the error may come from another realm than this module. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

import type { MessagePort } from 'node:worker_threads';
import { loadUnit, type LoadContext } from './load-unit.ts';
import type { Unit, UnitResult } from './unit.ts';

export interface UnitRequest {
  readonly id: number;
  readonly unit: Unit;
}

export type UnitAnswer =
  { readonly id: number; readonly result: UnitResult } | { readonly id: number; readonly failure: string };

export interface WorkerContext extends LoadContext {
  /** Loads changed search parameters; see SearchParameters.fresh. */
  fresh(): Promise<void> | undefined;
}

/** Loads the units that come through a port, until it closes; several at a time, so that parsing and the database overlap. */
export function serveUnits(port: MessagePort, context: WorkerContext): void {
  port.on('message', ({ id, unit }: UnitRequest) => {
    void answer(context, id, unit).then((message) => port.postMessage(message));
  });
}

async function answer(context: WorkerContext, id: number, unit: Unit): Promise<UnitAnswer> {
  try {
    await context.fresh();
    return { id, result: await loadUnit(context, unit) };
  } catch (error) {
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

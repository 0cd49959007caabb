import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadMessage, LoadPlan, LoadResult } from './load-client.ts';

/** CPU time in ms so far. */
export interface CpuMeter {
  server(): number | undefined;
  database(): number | undefined;
}

export interface CaseResult extends LoadResult {
  readonly name: string;
  /** ms of CPU per request. */
  readonly serverCpu: number | undefined;
  readonly databaseCpu: number | undefined;
}

/** Runs a load in a process of its own, and measures what the server and its database spend on it. */
export async function runCase(name: string, plan: LoadPlan, meter: CpuMeter): Promise<CaseResult> {
  const client = fork(join(import.meta.dirname, 'load-client.ts'));
  let before: readonly (number | undefined)[] = [];
  try {
    const result = await new Promise<LoadResult>((resolve, reject) => {
      client.on('message', (message: LoadMessage) => {
        if (message.kind === 'started') before = [meter.server(), meter.database()];
        else resolve(message.result);
      });
      client.once('error', reject);
      client.once('exit', (code) => reject(new Error(`The load client ended with code ${code}`)));
      client.send(plan);
    });
    const perRequest = (now: number | undefined, then: number | undefined): number | undefined =>
      now === undefined || then === undefined || result.requests === 0 ? undefined : (now - then) / result.requests;
    return {
      name,
      ...result,
      serverCpu: perRequest(meter.server(), before[0]),
      databaseCpu: perRequest(meter.database(), before[1]),
    };
  } finally {
    client.kill();
  }
}

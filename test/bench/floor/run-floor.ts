import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { BenchRequest } from '../bench-request.ts';
import { observationResource, patientTransaction } from '../data-set.ts';
import { fhirFetch } from '../fhir-fetch.ts';
import { freePort } from '../../harness/free-port.ts';
import type { OwnDatabase } from '../own-server.ts';
import { cpuOfTree } from '../process-tree.ts';
import { runCase, type CaseResult } from '../run-case.ts';

interface Load {
  readonly seconds: number;
  readonly concurrency: number;
}

const VARIETY = 500;

/** Read, create and transaction of 50 on the floor, on the server's own database cluster. */
export async function runFloor(database: OwnDatabase, { seconds, concurrency }: Load): Promise<readonly CaseResult[]> {
  const port = await freePort();
  const server = fork(join(import.meta.dirname, 'floor-server.ts'), [
    String(port),
    database.connectionString('postgres'),
  ]);
  await new Promise((resolve) => server.once('message', resolve));
  const target = { base: `http://127.0.0.1:${port}`, token: undefined };
  const meter = { server: () => cpuOfTree(server.pid ?? 0), database: () => cpuOfTree(database.pid) };
  const run = (name: string, requests: readonly BenchRequest[]): Promise<CaseResult> =>
    runCase(name, { target, requests, concurrency, warmUp: seconds / 4, duration: seconds }, meter);
  try {
    const creates = Array.from({ length: VARIETY }, (_, number): BenchRequest => {
      return { method: 'POST', path: '', body: JSON.stringify(observationResource(number, 30, `Patient/${number}`)) };
    });
    const transactions = Array.from({ length: VARIETY }, (_, number): BenchRequest => {
      return { method: 'POST', path: '', body: JSON.stringify(patientTransaction(number, 49)) };
    });
    const ids = (await fhirFetch(target, 'POST', '', JSON.parse(transactions[0]?.body ?? ''))) as string[];
    return [
      await run(
        'read',
        ids.map((id) => ({ method: 'GET', path: id })),
      ),
      await run('create Observation', creates),
      await run('transaction of 50', transactions),
    ];
  } finally {
    server.kill();
  }
}

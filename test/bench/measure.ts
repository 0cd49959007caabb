import type { Target } from './bench-request.ts';
import { CASES } from './cases/cases.ts';
import { OBSERVATIONS_PER_PATIENT } from './data-set.ts';
import { bytesOnDisk } from './disk.ts';
import { runFloor } from './floor/run-floor.ts';
import { loadDataSet } from './load-data-set.ts';
import type { BenchOptions } from './options.ts';
import { startOwnServer, type OwnServer } from './own-server.ts';
import { cpuOfTree, memoryOfTree } from './process-tree.ts';
import { describeMachine, type BenchReport } from './report.ts';
import { runCase, type CaseResult, type CpuMeter } from './run-case.ts';

/** Loads the data set and runs the cases; against a server of our own also the floor, a restart, and the disk. */
export async function measure(options: BenchOptions, target: Target, own: OwnServer | undefined): Promise<BenchReport> {
  const { seconds, concurrency, patients } = options;
  const serverPid = own?.pid ?? options.serverPid;
  const databasePid = own?.database().pid ?? options.databasePid;
  const apart = databasePid === undefined ? [] : [databasePid];
  const meter: CpuMeter = {
    server: () => (serverPid === undefined ? undefined : cpuOfTree(serverPid, apart)),
    database: () => (databasePid === undefined ? undefined : cpuOfTree(databasePid)),
  };

  note(`loading ${patients} patients with ${OBSERVATIONS_PER_PATIENT} observations each`);
  const started = performance.now();
  let bytesBefore = 0;
  const disk = async (): Promise<number> =>
    own === undefined ? 0 : bytesOnDisk(own.database().connectionString('athanor'));
  const data = await loadDataSet(target, patients, async () => {
    bytesBefore = await disk();
  });
  const loadSeconds = (performance.now() - started) / 1000;
  const resources = patients * (1 + OBSERVATIONS_PER_PATIENT);
  const bytes = (await disk()) - bytesBefore;

  const cases: CaseResult[] = [];
  for (const { name, prepare } of CASES) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    note(name);
    const requests = await prepare(target, data);
    cases.push(await runCase(name, { target, requests, concurrency, warmUp: seconds / 4, duration: seconds }, meter));
  }
  const serverMemory = serverPid === undefined ? [] : memoryOfTree(serverPid, apart).sort((a, b) => b - a);
  note('floor');
  const floor = own === undefined ? [] : await runFloor(own.database(), options);
  return {
    machine: describeMachine(),
    resources,
    loadSeconds,
    startTime: own === undefined ? undefined : await timeRestart(own),
    cases,
    floor,
    serverMemory,
    bytesPerObservation: own === undefined ? undefined : bytes / (patients * OBSERVATIONS_PER_PATIENT),
  };
}

async function timeRestart(own: OwnServer): Promise<number> {
  await own.stop();
  const again = await startOwnServer({ dataDir: own.dataDir });
  await again.stop();
  return again.startTime;
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

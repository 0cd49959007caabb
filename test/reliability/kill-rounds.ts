import { setTimeout as pause } from 'node:timers/promises';
import { startOwnServer, untilReady, type OwnServer } from '../bench/own-server.ts';
import { processesOfTree } from '../bench/process-tree.ts';
import { createClient } from './client.ts';
import { startKillLoad } from './load-under-kill.ts';

export const VICTIMS = ['worker', 'primary', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface KillResult {
  readonly victim: Victim;
  /** Milliseconds from the kill until the server is ready and writes again. */
  readonly recovery: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly problems: readonly string[];
}

const LOAD_BEFORE = 700;
const LOAD_AFTER = 300;
const PATIENCE = 30_000;

/** Kills a process of a server under load, waits until it writes again, and compares what it kept with what it had acknowledged. */
export async function killRound(server: OwnServer, victim: Victim): Promise<{ server: OwnServer; result: KillResult }> {
  const client = createClient(server.base);
  const load = startKillLoad(client);
  await pause(LOAD_BEFORE + Math.random() * LOAD_BEFORE);
  const killedAt = performance.now();
  const next = await kill(server, victim);
  await untilReady(new URL(server.base).origin, killedAt + PATIENCE, () => false);
  for (;;) {
    const { status } = await client('POST', 'Patient', { resourceType: 'Patient', active: true });
    if (status === 201 || performance.now() > killedAt + PATIENCE) break;
    await pause(10);
  }
  const recovery = performance.now() - killedAt;
  await pause(LOAD_AFTER);
  return { server: next, result: { victim, recovery, ...(await load.finish()) } };
}

async function kill(server: OwnServer, victim: Victim): Promise<OwnServer> {
  const database = server.database().pid;
  if (victim === 'postgres') {
    process.kill(database, 'SIGKILL');
    return server;
  }
  if (victim === 'worker') {
    const workers = processesOfTree(server.pid, [database]).filter((pid) => pid !== server.pid);
    process.kill(workers[Math.floor(Math.random() * workers.length)] ?? server.pid, 'SIGKILL');
    return server;
  }
  process.kill(server.pid, 'SIGKILL');
  return startOwnServer({ dataDir: server.dataDir, port: server.port });
}

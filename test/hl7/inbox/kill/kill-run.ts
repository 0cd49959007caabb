import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore, type Store } from '../../../../hl7-gateway/store/open-store.ts';
import { startOwnServer, untilReady, type OwnServer } from '../../../bench/own-server.ts';
import { createClient } from '../../../reliability/client.ts';
import { labResult, registration, type LabMessage } from '../lab-messages.ts';
import { openSender, type MllpSender } from '../mllp-sender.ts';
import { createPartner, databaseOf, startOwnGateway, type OwnGateway } from '../own-gateway.ts';
import { faultsOf } from './faults.ts';

export const VICTIMS = ['gateway', 'server', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface KillRound {
  readonly victim: Victim;
  readonly acknowledged: number;
  /** Messages that were sent more than once. */
  readonly repeats: number;
  /** Milliseconds from the kill until everything that was acknowledged has been worked on. */
  readonly recovery: number;
  readonly problems: readonly string[];
}

export interface KillSetting {
  server: OwnServer;
  gateway: OwnGateway;
}

const LINKS = 4;
const PATIENTS = 12;
const LOAD_BEFORE = 1500;
const LOAD_AFTER = 1500;
const PATIENCE = 180_000;

export async function openKillSetting(): Promise<KillSetting> {
  const server = await startOwnServer();
  try {
    await createPartner(createClient(server.base), 'lab', 'LAB');
    return { server, gateway: await startOwnGateway(server) };
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

export async function closeKillSetting({ server, gateway }: KillSetting): Promise<void> {
  await gateway.stop();
  await server.dispose();
}

/** Kills a process while messages come in and are applied, and compares what the server has with what was acknowledged. */
export async function killRound(setting: KillSetting, victim: Victim): Promise<KillRound> {
  const run = `K${randomBytes(4).toString('hex')}`;
  const load = startLoad(setting.gateway.port, run);
  await pause(LOAD_BEFORE * (0.5 + Math.random()));
  const killedAt = performance.now();
  await kill(setting, victim);
  await untilReady(new URL(setting.server.base).origin, killedAt + PATIENCE, () => false);
  await pause(LOAD_AFTER);
  const { acknowledged, repeats } = await load.finish();
  const store = openStore({ connectionString: databaseOf(setting.server), max: 2, patience: 60_000 });
  try {
    const isDone = await untilWorkedOn(store, killedAt + PATIENCE);
    const recovery = performance.now() - killedAt;
    const problems = isDone
      ? await faultsOf(store, createClient(setting.server.base), run, acknowledged)
      : ['messages were not worked on in time'];
    return { victim, acknowledged: acknowledged.length, repeats, recovery, problems };
  } finally {
    await store.close();
  }
}

async function kill(setting: KillSetting, victim: Victim): Promise<void> {
  const { server, gateway } = setting;
  switch (victim) {
    case 'gateway':
      await gateway.kill();
      setting.gateway = await startOwnGateway(server, gateway.port);
      return;
    case 'server':
      process.kill(server.pid, 'SIGKILL');
      setting.server = await startOwnServer({ dataDir: server.dataDir, port: server.port });
      return;
    case 'postgres':
      process.kill(server.database().pid, 'SIGKILL');
  }
}

interface Load {
  /** Resolves when everything that was begun has been acknowledged. */
  finish(): Promise<{ readonly acknowledged: readonly LabMessage[]; readonly repeats: number }>;
}

/** Each link sends on when it has its acknowledgment, and the same again when it has none. */
function startLoad(port: number, run: string): Load {
  const acknowledged: LabMessage[] = [];
  const refused: string[] = [];
  let count = 0;
  let isOver = false;
  const senders: MllpSender[] = [];
  const links = Array.from({ length: LINKS }, async () => {
    const sender = openSender(port);
    senders.push(sender);
    while (!isOver) {
      const n = (count += 1);
      const message = n % 3 === 0 ? registration(run, n, PATIENTS) : labResult(run, n, PATIENTS);
      const code = await sender.send(message.text, message.controlId);
      if (code === 'AA') acknowledged.push(message);
      else refused.push(`${message.controlId} was answered ${code}`);
    }
  });
  return {
    async finish() {
      isOver = true;
      await Promise.all(links);
      for (const sender of senders) sender.close();
      if (refused.length > 0) throw new Error(refused.slice(0, 5).join('\n'));
      return { acknowledged, repeats: senders.reduce((sum, { repeats }) => sum + repeats, 0) };
    },
  };
}

async function untilWorkedOn(store: Store, deadline: number): Promise<boolean> {
  for (;;) {
    const [row] = await store.query<{ count: number }>({
      text: 'select count(*) as count from lane_entry',
      values: [],
    });
    if (row?.count === 0) return true;
    if (performance.now() > deadline) return false;
    await pause(100);
  }
}

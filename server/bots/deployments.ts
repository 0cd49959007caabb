import { timingSafeEqual } from 'node:crypto';
import type { Engine } from '../fhir/engine.ts';
import { onChange } from '../fhir/live/changes.ts';
import { createLease } from '../fhir/live/lease.ts';
import { parseStored } from '../fhir/write/current.ts';
import { liveVersion } from '../storage/live-version.ts';
import { readVersion } from '../storage/read.ts';
import type { DeployedBot } from './bot.ts';
import { codeOf } from './bot-code.ts';
import { readBot } from './read-bot.ts';
import { digestOf } from './run-bot.ts';
import { readBots, type StoredBot } from './stored-bots.ts';

/** The deployed bots of all tenants as a process knows them, at most two seconds old. */
export interface Deployments {
  all(): readonly DeployedBot[];
  find(tenant: number, id: string): DeployedBot | undefined;
  /** To be awaited before a bot is looked for. */
  fresh(): Promise<void> | undefined;
  /** Looks at once. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface DeploymentsOptions {
  readonly engine: Engine;
  now(): number;
  onError(error: unknown): void;
  /** What is deployed is otherwise than before. */
  onChange(bots: readonly DeployedBot[]): Promise<void>;
}

export async function openDeployments({ engine, now, onError, ...options }: DeploymentsOptions): Promise<Deployments> {
  let version: number | undefined;
  let bots: ReadonlyMap<string, DeployedBot> = new Map();

  async function check(): Promise<void> {
    const current = await liveVersion(engine.db, 'bots');
    if (current === version) return;
    const loaded = new Map<string, DeployedBot>();
    for (const stored of await readBots(engine.db)) {
      const key = `${stored.tenant} ${stored.id}`;
      const known = bots.get(key);
      const bot = known?.version === stored.version ? known : await load(engine, stored, onError);
      if (bot !== undefined) loaded.set(key, bot);
    }
    bots = loaded;
    version = current;
    await options.onChange([...loaded.values()]);
  }

  await check();
  const lease = createLease({ now, check, onError });
  onChange(engine.db, 'bots', () => lease.expire());
  return {
    all: () => [...bots.values()],
    find: (tenant, id) => bots.get(`${tenant} ${id}`),
    fresh: () => lease.fresh(),
    refresh: check,
    close: () => lease.close(),
  };
}

/** The version that was deployed, when it is still there and what it was. */
async function load(
  engine: Engine,
  { tenant, id, version, digest, name }: StoredBot,
  onError: (error: unknown) => void,
): Promise<DeployedBot | undefined> {
  const ref = engine.hasher(tenant).target(`Library/${id}`);
  const row = await readVersion(engine.dbOf(tenant), tenant, ref, version);
  const library = typeof row?.body !== 'string' ? undefined : parseStored('Library', { id, ...row, body: row.body });
  const code = library === undefined ? undefined : codeOf(library);
  if (library === undefined || code === undefined || !timingSafeEqual(digestOf(code), digest)) {
    onError(new Error(`bot ${name} of tenant ${tenant}: the version that was deployed is not there; deploy it again`));
    return undefined;
  }
  try {
    return { ...readBot(library), tenant, id, version, code };
  } catch (error) {
    onError(error);
    return undefined;
  }
}

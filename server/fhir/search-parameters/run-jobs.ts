import type { Definitions } from '../../definitions/definitions.ts';
import type { Indexer } from '../../search/index/indexer.ts';
import type { Hasher } from '../../search/index/key.ts';
import type { IndexRows } from '../../search/index/row-types.ts';
import type { Db } from '../../storage/db.ts';
import {
  endJob,
  leaseJob,
  nextBatch,
  olderWriters,
  purgeKeys,
  purgeUris,
  writeBatch,
  type ReindexJob,
  type ReindexRow,
} from '../../storage/reindex.ts';
import { raiseLiveVersion } from '../../storage/live-version.ts';
import { readSlots, setSlotState } from '../../storage/search-slots.ts';
import { parseContained, parseStored } from '../write/current.ts';

export interface JobRunner {
  readonly db: Db;
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  hasher(tenant: number): Hasher;
  now(): number;
  pause(ms: number): Promise<void>;
  isStopped(): boolean;
}

const BATCH = 200;
const LEASE = 15_000;
const PURGE = 5_000;

/** Works on one job that is due, if there is one; returns whether there was. Any process may call it at any time. */
export async function runOneJob(runner: JobRunner): Promise<boolean> {
  const { db } = runner;
  const job = await leaseJob(db, runner.now(), runner.now() + LEASE);
  if (job === undefined) return false;
  // A request that began with the old parameters may still write without the new slots: let it finish first.
  while ((await olderWriters(db, job.notBefore)) > 0) {
    if (runner.isStopped()) return false;
    await runner.pause(200);
  }
  while (!runner.isStopped()) {
    const outcome = await db.transaction((tx) => runBatch(runner, tx, job));
    if (outcome !== 'more') return true;
  }
  return false;
}

async function runBatch(
  runner: JobRunner,
  tx: Parameters<Parameters<Db['transaction']>[0]>[0],
  job: ReindexJob,
): Promise<'more' | 'done' | 'lost'> {
  const typeId = runner.definitions.typeId(job.type);
  const batch = await nextBatch(tx, job, typeId, runner.now() + LEASE, BATCH);
  if (batch === undefined) return 'lost';
  if (batch.length === 0) {
    if (!(await endJob(tx, job))) await setSlotState(tx, job.slots, 'ready');
    await raiseLiveVersion(tx, 'search_parameters');
    return 'done';
  }
  const hasher = runner.hasher(job.tenant);
  const hashers = [hasher, hasher.contained()];
  const slots = new Set(job.slots.flatMap((slot) => hashers.map((each) => each.slotNumber(slot))));
  const rebuilt = batch.map((row) => ({
    row,
    rows: onlySlots(rowsOf(runner, job.type, row, hasher), slots),
  }));
  await writeBatch(tx, job, rebuilt);
  return 'more';
}

function rowsOf({ indexer }: JobRunner, type: string, row: ReindexRow, hasher: Hasher): IndexRows {
  return row.type < 0
    ? indexer.index(parseContained(type, row), hasher.contained())
    : indexer.index(parseStored(type, row), hasher);
}

/** The rows of some slots, given by their numbers in keys; `present` stays whole. */
function onlySlots(rows: IndexRows, slots: ReadonlySet<number>): IndexRows {
  const wanted = ({ key }: { readonly key: string }): boolean => slots.has(Number(BigInt(key) >> 48n));
  return {
    ...rows,
    tokens: rows.tokens.filter(wanted),
    refs: rows.refs.filter(wanted),
    dates: rows.dates.filter(wanted),
    quantities: rows.quantities.filter(wanted),
    strings: rows.strings.filter(wanted),
    positions: rows.positions.filter(wanted),
    uris: rows.uris.filter((uri) => slots.has(uri.slot)),
  };
}

/** Drops the rows of slots that nobody reads any more; returns whether there were such slots. */
export async function removeAbandoned(runner: JobRunner): Promise<boolean> {
  const removing = (await readSlots(runner.db)).filter((slot) => slot.state === 'removing');
  for (const { id } of removing) {
    const hasher = runner.hasher(0);
    for (const each of [hasher, hasher.contained()]) {
      const { from, to } = each.slotRange(id);
      while (!runner.isStopped() && (await purgeKeys(runner.db, from, to, PURGE)) > 0) await runner.pause(0);
      if (runner.isStopped()) return false;
      await purgeUris(runner.db, each.slotNumber(id));
    }
    await runner.db.transaction(async (tx) => {
      await setSlotState(tx, [id], 'removed');
      await raiseLiveVersion(tx, 'search_parameters');
    });
  }
  return removing.length > 0;
}

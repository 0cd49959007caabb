import { randomUUID } from 'node:crypto';
import type { Ctx } from '../fhir/engine.ts';
import { ownerOf } from '../jobs/async/owner.ts';
import type { Db } from '../storage/db.ts';
import { adoptSpool, dropOtherRuns, openSpool, type Spool } from './spool.ts';
import { clearWork, readFiles, takeWork, type BulkFile } from './work-table.ts';

/** A work that is this run's now. */
export interface TakenWork {
  readonly run: string;
  readonly spool: Spool;
  /** JSON text of how far an earlier run has come; undefined: it begins. */
  readonly state: string | undefined;
  readonly files: readonly BulkFile[];
}

/** Takes a work over from the run that had it before, if there was one; without its files it begins anew. */
export async function resume(db: Db, ctx: Ctx, root: string, work: string): Promise<TakenWork> {
  const { tenant } = ctx;
  const run = randomUUID();
  const before = await takeWork(db, tenant, work, ownerOf(ctx.access.principal), run);
  const spool = await openSpool(root, work, run);
  const files = await readFiles(db, tenant, work);
  const unfinished = files.filter(({ state }) => state !== 'stored');
  const isThere = before.state !== '' && (await adoptSpool(root, work, before.run, spool, unfinished));
  await dropOtherRuns(root, work, run);
  if (isThere) return { run, spool, state: before.state, files };
  await db.transaction((tx) => clearWork(tx, tenant, work));
  return { run, spool, state: undefined, files: [] };
}

import { fault } from '../../kernel/fault.ts';
import { holds } from '../../protection/legal-hold.ts';
import { patientOf } from '../../protection/patient-of.ts';
import { MAX_DATE, MIN_DATE } from '../../search/index/date-range.ts';
import { instanceHistory, type HistoryRow } from '../../storage/history.ts';
import type { Ctx, Engine } from '../engine.ts';
import { parseStored } from '../write/current.ts';

const MAX_VERSIONS = 10_000;

/**
 * What belongs to a record under legal hold must not be removed for good.
 * @param id undefined: all of the type are to go
 * @throws Fault 409
 */
export async function refuseHeld(engine: Engine, ctx: Ctx, type: string, id: string | undefined): Promise<void> {
  const held = new Set((await holds(ctx.db, ctx.tenant)).map(({ patient }) => patient));
  if (held.size === 0) return;
  if (
    id !== undefined &&
    !(await patientsOf(engine, ctx, type, id)).some((patient) => held.has(`Patient/${patient}`))
  ) {
    return;
  }
  const text =
    id === undefined
      ? 'There are records under legal hold: expunge one resource at a time, or release them with $legal-hold first.'
      : 'It belongs to a record that is under legal hold; release it with $legal-hold first.';
  throw fault('operation.legalHold', 409, 'business-rule', text);
}

/** Whose any of its versions was. */
async function patientsOf(engine: Engine, ctx: Ctx, type: string, id: string): Promise<readonly string[]> {
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const before = { updated: MAX_DATE, pid: -1 };
  const window = { since: MIN_DATE, before, currentAfter: undefined, limit: MAX_VERSIONS };
  const rows = await ctx.db.query<HistoryRow>(instanceHistory(ctx.tenant, ref, window));
  return rows.flatMap(({ version, updated, body }) =>
    body === null ? [] : [patientOf(type, id, parseStored(type, { id, version, updated, body }))],
  );
}

import type { AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx } from '../fhir/engine.ts';
import { COHORT } from './cohort.ts';
import type { ExportOrder } from './order.ts';

/** Patients that one event names. */
const PAGE = 200;

/**
 * What was exported: of chosen patients with each of their names, since they may ask to whom their data went; of whole
 * systems and all patients once.
 */
export async function noteExport(ctx: Ctx, work: AsyncWork, order: ExportOrder): Promise<void> {
  const { audit, db, tenant } = ctx;
  if (!audit.isOn) return;
  const at = work.request.indexOf('?');
  const entry = {
    action: 'E',
    interaction: '$export',
    query: at === -1 ? '' : work.request.slice(at + 1),
    ...(order.group === undefined ? {} : { type: 'Group', id: order.group }),
  } as const;
  if (order.level !== 'group' && order.patients === undefined) {
    audit.note(entry);
    return;
  }
  for (let after = 0; ;) {
    const page = await db.query<{ pid: number; id: string }>({
      name: 'bulk_audit',
      text:
        `select r.pid, r.id from bulk_ref c join resource r on r.ref = c.ref and r.tenant = $1 where c.tenant = $1 ` +
        `and c.work = $2 and c.role = $3 and r.pid > $4 order by r.pid limit $5`,
      values: [tenant, work.id, COHORT, after, PAGE],
    });
    const last = page.at(-1);
    if (last === undefined && after > 0) return;
    audit.note({ ...entry, patients: page.map(({ id }) => `Patient/${id}`) });
    if (last === undefined || page.length < PAGE) return;
    after = last.pid;
  }
}

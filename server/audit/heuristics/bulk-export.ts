import { auditKey } from '../../storage/audit-pages.ts';
import { HOUR, isIn, MOST_NAMED, startOf, within, type BreachRule, type Suspicion } from './rule.ts';

/** Records that nobody needs within an hour one by one. */
const LEAST_RECORDS = 20;
const WHOLE = ['$everything', '$export', '$export-record'];

/** Whole records taken out in numbers, or a bulk export, by somebody who was not to do so. */
export const bulkExport: BreachRule = {
  code: 'bulk-export',
  title: 'Export of many records',
  severity: 'high',
  async find({ db, tenant, to, facts }) {
    const since = startOf(HOUR, to - 1);
    const rows = await db.query<{ agent: string; records: number; exports: number; patients: string[] }>({
      text:
        `select agent, count(distinct resource_id) filter (where interaction <> '$export')::integer as records, ` +
        `count(*) filter (where interaction = '$export')::integer as exports, ` +
        `coalesce(array_agg(distinct 'Patient/' || resource_id) filter (where resource_id is not null), '{}') as patients ` +
        `from audit_event e where e.tenant = $1 and ${within('$2', '$3')} and ${isIn('$4')} and outcome = 0 and kind = 'rest' ` +
        `and interaction = any($5::text[]) group by agent`,
      values: [tenant, since, to, WHOLE.map((operation) => auditKey(tenant, operation)), WHOLE],
    });
    const found: Suspicion[] = [];
    for (const { agent, records, exports, patients } of rows) {
      if (records < LEAST_RECORDS && exports === 0) continue;
      if (await facts.isPlannedExport(tenant, agent, since)) continue;
      const text = `${records} whole records and ${exports} bulk exports within an hour, which were not planned.`;
      found.push({ agent, since, patients: patients.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};

import {
  activityPosition,
  addActivities,
  addAddresses,
  dropActivityBefore,
  lockActivity,
  moveActivity,
  type Activity,
  type Address,
} from '../../storage/audit-activity.ts';
import { activitiesOf, type EventActivity } from '../../storage/audit-pages.ts';
import { readUnlinked, type StoredPage } from '../../storage/audit-read.ts';
import type { Db, Queryable } from '../../storage/db.ts';
import { CLINICAL, DAY, HOUR, USUAL } from './rule.ts';

/** Pages that are read at once. */
const READ = 1000;
const STAFF = 'Practitioner/';
const PEOPLE = [STAFF, 'RelatedPerson/', 'Patient/'];

/**
 * Goes once through the events that no pass has seen and keeps what rules ask for: which person worked in which hour, with
 * whose record, and from where. Rules look at that, so that what they cost does not grow with the events of a day. One
 * process does it at a time; others do nothing meanwhile.
 * @param base see transactionBase
 * @param now milliseconds; what is older than rules look back goes
 */
export async function keepActivity(db: Db, base: number, now: number): Promise<void> {
  let count: number;
  do count = await keepSome(db, base);
  while (count === READ);
  await dropActivityBefore(db, Math.floor((now - USUAL - DAY) / HOUR));
}

function keepSome(db: Db, base: number): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await lockActivity(tx))) return 0;
    const pages = await readUnlinked(tx, await activityPosition(tx), base, READ);
    const last = pages.at(-1);
    if (last === undefined) return 0;
    await addAll(tx, pages);
    await moveActivity(tx, last);
    return pages.length;
  });
}

async function addAll(tx: Queryable, pages: readonly StoredPage[]): Promise<void> {
  const activities = new Map<string, Activity>();
  const addresses = new Map<string, Address>();
  const clinical = new Map<string, boolean>();

  function add(tenant: number, { agent, who, recorded }: EventActivity, patient: string): void {
    let isClinical = clinical.get(who);
    if (isClinical === undefined) clinical.set(who, (isClinical = hasClinicalRole(who)));
    const hour = Math.floor(recorded / HOUR);
    const key = `${tenant} ${agent} ${hour} ${patient}`;
    const known = activities.get(key);
    activities.set(key, {
      tenant,
      agent,
      hour,
      patient,
      isClinical: isClinical || known?.isClinical === true,
      last: Math.max(recorded, known?.last ?? 0),
    });
  }

  for (const { tenant, events } of pages) {
    for (const event of activitiesOf(events)) {
      const { agent, ip, recorded, kind, outcome, patients } = event;
      if (!PEOPLE.some((prefix) => agent.startsWith(prefix))) continue;
      if (ip !== '') {
        const hour = Math.floor(recorded / HOUR);
        const key = `${tenant} ${agent} ${hour} ${ip}`;
        const last = Math.max(recorded, addresses.get(key)?.last ?? 0);
        addresses.set(key, { tenant, agent, hour, ip, last });
      }
      if (!agent.startsWith(STAFF)) continue;
      add(tenant, event, '');
      if (kind !== 'rest' || outcome !== '0' || patients === '') continue;
      for (const patient of patients.split(' ')) add(tenant, event, patient);
    }
  }
  await addActivities(tx, [...activities.values()]);
  await addAddresses(tx, [...addresses.values()]);
}

/** @param who JSON, see server/audit/who.ts */
function hasClinicalRole(who: string): boolean {
  const { roles } = JSON.parse(who) as { readonly roles?: unknown };
  return Array.isArray(roles) && roles.some((role) => CLINICAL.includes(role as string));
}

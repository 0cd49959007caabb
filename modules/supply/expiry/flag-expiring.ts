import type { Clinic, ClinicTransaction, ResourceOf, Stored } from '#sdk';
import { ACCOUNTS } from '../accounts.ts';
import { codeOf } from '../elements.ts';
import { addDays, daysBetween } from '../local-day.ts';
import { codeSystem } from '../names.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';

/** A lot of which something is there and that expires soon. */
interface Expiring {
  readonly lot: string;
  readonly lotNumber: string;
  readonly expiresOn: string;
}

const HORIZON = 90;

/**
 * One Flag for each lot that is there and expires within 90 days; it escalates at 60, at 30 and when the lot has expired,
 * each time with a Task. Flags of lots that are used up end. Running it again changes nothing.
 * @param today `YYYY-MM-DD`
 * @returns the flags that are new or escalated
 */
export async function flagExpiring(
  clinic: ClinicTransaction,
  today: string,
  now: Date,
): Promise<readonly Stored<'Flag'>[]> {
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const lots = await tables.query<Expiring>(
    `select l.id as lot, l.lot_number as "lotNumber", l.expires_on::text as "expiresOn" from @stock_lot l
     where l.tenant = $1 and l.expires_on <= $2::date and exists (select from @stock_balance b
       where b.tenant = $1 and b.lot = l.id and b.on_hand > 0 and b.location <> all($3::text[])) order by l.id`,
    [tables.tenant, addDays(today, HORIZON), Object.values(ACCOUNTS)],
  );
  const changed: Stored<'Flag'>[] = [];
  for (const lot of lots) {
    const flag = await flagLot(clinic, lot, stageOf(daysBetween(today, lot.expiresOn)), now);
    if (flag !== undefined) changed.push(flag);
  }
  await endFlags(clinic, new Set(lots.map(({ lot }) => lot)), now);
  return changed;
}

function stageOf(days: number): string {
  if (days < 0) return 'expired';
  return days <= 30 ? 'expiry-30' : days <= 60 ? 'expiry-60' : 'expiry-90';
}

async function flagLot(
  clinic: Clinic,
  { lot, lotNumber, expiresOn }: Expiring,
  stage: string,
  now: Date,
): Promise<Stored<'Flag'> | undefined> {
  const made = await clinic.createOnce(`expiry|${lot}`, newFlag(lot, stage, now));
  const isCurrent = made.status === 'active' && codeOf(made.code, codeSystem('stock-task')) === stage;
  const flag = isCurrent
    ? made
    : await clinic.change('Flag', made.id, (before) => ({ ...before, ...newFlag(lot, stage, now) }));
  const description = `Lot ${lotNumber} can be used through ${expiresOn}.`;
  await clinic.createOnce(
    `expiry|${lot}|${stage}`,
    stockTask({ code: stage, focus: `Medication/${lot}`, description, at: now }),
  );
  return flag.period?.start === now.toISOString() ? flag : undefined;
}

function newFlag(lot: string, stage: string, now: Date): ResourceOf<'Flag'> {
  return {
    resourceType: 'Flag',
    status: 'active',
    category: [{ text: 'Stock' }],
    code: { coding: [{ system: codeSystem('stock-task'), code: stage }] },
    subject: { reference: `Medication/${lot}` },
    period: { start: now.toISOString() },
  };
}

/** Of what is no longer there nobody needs to be warned. */
async function endFlags(clinic: Clinic, lots: ReadonlySet<string>, now: Date): Promise<void> {
  const codes = ['expiry-90', 'expiry-60', 'expiry-30', 'expired'].map((code) => `${codeSystem('stock-task')}|${code}`);
  const flags = await clinic.search('Flag', `stock-alert=${encodeURIComponent(codes.join(','))}`, 100_000);
  for (const flag of flags.filter(({ status }) => status === 'active')) {
    const lot = flag.subject.reference?.replace('Medication/', '') ?? '';
    if (lots.has(lot)) continue;
    await clinic.update({ ...flag, status: 'inactive', period: { ...flag.period, end: now.toISOString() } });
  }
}

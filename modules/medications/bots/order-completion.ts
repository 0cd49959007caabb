import { compareDecimals, defineBot, type BotContext, type Stored } from '#sdk';
import { isOurs } from '../order.ts';
import { remainingQuantity } from '../remaining-quantity.ts';
import { suppliesEnding } from '../supply-ends.ts';
import { boundsOf } from '../timing/bounds.ts';
import { momentOf } from '../timing/local-time.ts';
import { wardOfOrder } from '../ward.ts';

const DAY = 86_400_000;
/** How far back supplies are looked at: longer than the server is ever down. */
const LOOK_BACK = 60 * DAY;
const MOST_ORDERS = 20_000;

/** An order that has run its course is over: all is dispensed and used up, or the last of its days is past. */
export const orderCompletion = defineBot({
  name: 'order-completion',
  title: 'Completes orders that have run their course',
  on: { cron: '20 * * * *' },
  timeoutMs: 300_000,
  async run(_event, context) {
    const now = context.now();
    for (const { request } of await suppliesEnding(context, new Date(now.getTime() - LOOK_BACK), now)) {
      const order = await context.read('MedicationRequest', request);
      if (order !== undefined && (await isUsedUp(order, context))) await complete(order, context);
    }
    const inpatient = await context.search('MedicationRequest', 'status=active&category=inpatient', MOST_ORDERS);
    for (const order of inpatient) if (await isPast(order, now, context)) await complete(order, context);
  },
});

async function isUsedUp(order: Stored<'MedicationRequest'>, context: BotContext): Promise<boolean> {
  if (order.status !== 'active' || !isOurs(order)) return false;
  const { remaining } = await context.inTransaction((clinic) =>
    remainingQuantity({ tenant: context.tenant, projection: clinic.projection }, order),
  );
  return remaining !== undefined && compareDecimals(remaining, '0') === 0;
}

/** A day is left to record the last doses. */
async function isPast(order: Stored<'MedicationRequest'>, now: Date, context: BotContext): Promise<boolean> {
  const dosages = order.dosageInstruction ?? [];
  if (!isOurs(order) || dosages.length === 0) return false;
  const { zone } = await wardOfOrder(order, context);
  const authored = momentOf(order.authoredOn, zone);
  return dosages.every((dosage) => {
    const end = boundsOf(dosage, authored, zone)?.end;
    return end !== undefined && end.getTime() + DAY < now.getTime();
  });
}

async function complete({ id }: Stored<'MedicationRequest'>, context: BotContext): Promise<void> {
  await context.change('MedicationRequest', id, (order) =>
    order.status === 'active' ? { ...order, status: 'completed' } : order,
  );
}

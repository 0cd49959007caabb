import { defineBot, type BotContext, type Stored } from '#sdk';
import { extensionOf, STATUS_SINCE } from '../order.ts';
import { taskCode } from '../tasks.ts';
import { dueDoses } from '../timing/due-doses.ts';
import { wardOfOrder } from '../ward.ts';

const MINUTE = 60_000;
const LOOK_BACK = 12 * 60 * MINUTE;
const MOST_ORDERS = 20_000;

type Order = Stored<'MedicationRequest'>;

/** A dose that nobody recorded is a task for the ward: of each dose once. */
export const overdueDoses = defineBot({
  name: 'overdue-doses',
  title: 'Tasks for doses that are overdue',
  on: { cron: '*/5 * * * *' },
  timeoutMs: 240_000,
  async run(_event, context) {
    const now = context.now().getTime();
    const to = new Date(now - Number(context.setting('late-minutes')) * MINUTE);
    const orders = await context.search('MedicationRequest', 'status=active&category=inpatient', MOST_ORDERS);
    const recorded = await recordedDoses(orders, new Date(now - LOOK_BACK), context);
    for (const order of orders) {
      const since = Date.parse(extensionOf(order, STATUS_SINCE)?.valueInstant ?? '');
      const from = new Date(Math.max(now - LOOK_BACK, Number.isNaN(since) ? 0 : since));
      const stay = await context.resolve(order.encounter, 'Encounter');
      if (stay?.status !== 'in-progress' || from >= to) continue;
      for (const { due } of dueDoses(order, { from, to }, await wardOfOrder(order, context)).doses) {
        if (!recorded.has(`${order.id} ${due.getTime()}`)) await tell(order, due, stay, context);
      }
    }
  },
});

async function recordedDoses(orders: readonly Order[], from: Date, context: BotContext): Promise<ReadonlySet<string>> {
  const rows = await context.inTransaction(async (clinic) => {
    const tables = await clinic.projection('medications.doses');
    return tables.query<{ request: string; due: Date }>(
      'select request, due from @dose where tenant = $1 and request = any($2::text[]) and due >= $3',
      [tables.tenant, orders.map(({ id }) => id), from],
    );
  });
  return new Set(rows.map(({ request, due }) => `${request} ${due.getTime()}`));
}

async function tell(order: Order, due: Date, stay: Stored<'Encounter'>, context: BotContext): Promise<void> {
  const place = stay.location?.find(({ status }) => status === 'active')?.location;
  await context.createOnce<'Task'>(overdueKey(order.id, due), {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: taskCode('overdue-dose'),
    focus: { reference: `MedicationRequest/${order.id}` },
    for: order.subject,
    encounter: { reference: `Encounter/${stay.id}` },
    authoredOn: context.now().toISOString(),
    restriction: { period: { start: due.toISOString() } },
    ...(place === undefined ? {} : { location: place }),
  });
}

/** By which the Task of a dose is known. */
function overdueKey(order: string, due: Date): string {
  return `overdue|MedicationRequest/${order}|${due.toISOString()}`;
}

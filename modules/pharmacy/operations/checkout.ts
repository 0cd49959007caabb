import { defineOperation, type OperationContext, type Stored } from '#sdk';
import { bundleOf } from '../collection.ts';
import { dispenseOut } from '../dispensing/dispense-out.ts';
import { zoneOf } from '../dispensing/zone-of.ts';
import { faults } from '../faults.ts';
import { basketOf } from '../sale/basket.ts';
import { saleInvoice } from '../sale/invoice.ts';
import { localName } from '../vault/moved.ts';

export const checkout = defineOperation({
  code: 'checkout',
  title: 'Sell over the counter',
  text: 'Sells the packs that were scanned: dispenses, movements of stock and an issued Invoice, all or nothing. What needs an order is sold on one of those that are named. Paying is another step.',
  levels: ['type'],
  types: ['Invoice'],
  affectsState: true,
  input: {
    location: { type: 'Reference', min: 1, text: 'Where it is sold: Location/[id].' },
    gs1: { type: 'string', min: 1, max: '*', text: 'Barcode of each pack; twice for two packs.' },
    patient: { type: 'Reference', text: 'Who buys; needed for what is sold on an order: Patient/[id].' },
    prescription: { type: 'Reference', max: '*', text: 'Orders on which something is sold: MedicationRequest/[id].' },
    overrideReason: {
      type: 'code',
      text: 'Why these lots and not those whose turn it is.',
      oneOf: ['clinical', 'recall', 'patient-preference'],
    },
  },
  output: {
    return: { type: 'Resource', min: 1, text: 'Bundle of the Invoice, the MedicationDispenses and their movements.' },
  },
  async run(context, { input }) {
    const location = localName(input.location);
    if (!location.startsWith('Location/')) throw faults.whereFrom();
    const subject = input.patient === undefined ? undefined : { reference: localName(input.patient) };
    const orders = await ordersOf(context, input.prescription, subject?.reference);
    const now = context.now();
    const zone = await zoneOf(context, location);
    const lines = await basketOf(context, { packs: input.gs1, orders, now, zone });
    return context.inTransaction(async (clinic) => {
      const invoice = await clinic.create({
        resourceType: 'Invoice',
        status: 'issued',
        date: now.toISOString(),
        ...(subject === undefined ? {} : { subject, recipient: subject }),
        ...(context.actor.reference === undefined
          ? {}
          : { participant: [{ actor: { reference: context.actor.reference } }] }),
        ...saleInvoice(lines),
      });
      const sold = await dispenseOut(
        clinic,
        lines.map((line) => ({
          ...line,
          subject,
          location,
          performer: context.actor.reference,
          daysSupply: undefined,
          isHandedOver: true,
          supporting: [`Invoice/${invoice.id}`],
          reason: input.overrideReason,
          minimumExpiry: undefined,
          witness: undefined,
        })),
        now,
      );
      return bundleOf([invoice, ...sold.flat()]);
    });
  },
});

async function ordersOf(
  context: OperationContext,
  named: readonly { readonly reference?: string }[],
  patient: string | undefined,
): Promise<readonly Stored<'MedicationRequest'>[]> {
  const orders: Stored<'MedicationRequest'>[] = [];
  for (const each of named) {
    const order = await context.resolve(each, 'MedicationRequest');
    if (order === undefined) throw faults.needsOrder();
    if (order.status !== 'active') throw faults.orderNotActive(order.status);
    if (localName(order.subject) !== patient) throw faults.otherPatient();
    orders.push(order);
  }
  return orders;
}

import { defineOperation, type OperationContext, type Stored } from '#sdk';
import { addDays, localDay, productIn, productOf } from '#modules/supply';
import { bundleOf } from '../collection.ts';
import { chosenLot } from '../dispensing/chosen-lot.ts';
import { dispenseOut } from '../dispensing/dispense-out.ts';
import { matchOf } from '../dispensing/order-match.ts';
import { zoneOf } from '../dispensing/zone-of.ts';
import { faults } from '../faults.ts';
import { completeTransmit } from '../dispensing/transmit-task.ts';
import { localName } from '../vault/moved.ts';
import { wholeDays, wholeUnits } from '../whole-number.ts';

export const dispense = defineOperation({
  code: 'dispense',
  title: 'Dispense an order',
  text: 'Takes what was ordered out of stock: the lots whose turn it is (first expired, first out), or a lot that is chosen for a reason. One MedicationDispense, and a SupplyDelivery for each lot; all or nothing.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: {
    location: { type: 'Reference', min: 1, text: 'Where it is taken from: Location/[id].' },
    quantity: { type: 'integer', min: 1, text: 'How many base units of the product.' },
    patient: { type: 'Reference', text: 'Whose wristband or card was scanned: Patient/[id].' },
    product: {
      type: 'Reference',
      text: 'Another product than was ordered, where the order allows it: MedicationKnowledge/[id].',
    },
    lot: { type: 'Reference', text: 'A lot that is chosen, whatever its turn is: Medication/[id].' },
    overrideReason: {
      type: 'code',
      text: 'Why this lot and not the one whose turn it is.',
      oneOf: ['clinical', 'recall', 'patient-preference'],
    },
    daysSupply: { type: 'integer', text: 'How many days it lasts; the lots must be good until then.' },
    handOver: { type: 'boolean', text: 'false: it is prepared and waits for the patient. Default true.' },
    witness: { type: 'Reference', text: 'Statement of the witness, for what comes out of a vault.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Bundle of the MedicationDispense and its movements.' } },
  async run(context, { id = '', input }) {
    const order = await context.read('MedicationRequest', id);
    if (order === undefined) throw faults.needsOrder();
    if (order.status !== 'active') throw faults.orderNotActive(order.status);
    if (input.patient !== undefined && localName(input.patient) !== localName(order.subject))
      throw faults.otherPatient();
    const { product, isSubstitute } = await productFor(context, order, input.product);
    const baseUnit = productIn(product)?.baseUnit;
    if (baseUnit === undefined) throw faults.noStockProduct();
    const location = localName(input.location);
    if (!location.startsWith('Location/')) throw faults.whereFrom();
    const at = context.now();
    const { overrideReason, witness } = input;
    const quantity = wholeUnits(input.quantity);
    const daysSupply = input.daysSupply === undefined ? undefined : wholeDays(input.daysSupply);
    const zone = await zoneOf(context, location);
    const lot = input.lot === undefined ? undefined : await chosenLot(context, input.lot, product.id, at, zone);
    return context.inTransaction(async (clinic) => {
      const [out] = await dispenseOut(
        clinic,
        [
          {
            order,
            subject: order.subject,
            product,
            baseUnit,
            quantity,
            location,
            performer: context.actor.reference,
            isSubstitute,
            daysSupply,
            isHandedOver: input.handOver ?? true,
            supporting: [],
            lot,
            reason: overrideReason,
            minimumExpiry: daysSupply === undefined ? undefined : addDays(localDay(at, zone), daysSupply),
            witness: witness === undefined ? undefined : localName(witness),
          },
        ],
        at,
      );
      if (out === undefined) throw new Error('one was to be dispensed');
      await completeTransmit(clinic, context.tenant, order, out[0]);
      return bundleOf(out);
    });
  },
});

/** What is dispensed: what was ordered, or what the pharmacist names and the order allows. */
async function productFor(
  context: OperationContext,
  order: Stored<'MedicationRequest'>,
  named: { readonly reference?: string } | undefined,
): Promise<{ readonly product: Stored<'MedicationKnowledge'>; readonly isSubstitute: boolean }> {
  const product =
    named === undefined ? await productOf(context, order) : await context.resolve(named, 'MedicationKnowledge');
  if (product === undefined) throw faults.noStockProduct();
  const match = await matchOf(order, product, context);
  if (match === 'other') throw faults.wrongProduct();
  if (match === 'forbidden-substitute') throw faults.noSubstitution();
  return { product, isSubstitute: match === 'substitute' };
}

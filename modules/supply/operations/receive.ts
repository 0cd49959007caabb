import { defineOperation, type Stored } from '#sdk';
import { parameters } from '../answer.ts';
import { receiveLines } from '../receipt/receive-lines.ts';
import { noteLeadTimes } from '../receipt/lead-times.ts';

export const receive = defineOperation({
  code: 'receive',
  title: 'Receive a delivery',
  text: 'Enters what a supplier delivered at a place, against the lines of purchase orders where there are some. Lots that are new are made from their barcodes. What is more or less than was ordered, expires too soon or is refused becomes a Task.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    line: {
      type: 'Resource',
      min: 1,
      max: '*',
      text: 'SupplyDelivery: suppliedItem.quantity (base units or packs); the lot as itemReference or by the extension movement-barcode; basedOn a line of an order; supplier; movement-unit-cost; movement-reason when the line is refused.',
    },
  },
  output: {
    return: { type: 'Resource', min: 1, text: 'Parameters: "movement", "lot" (new ones), "task" (discrepancies).' },
  },
  async run(context, { id = '', input }) {
    const now = context.now();
    const done = await context.inTransaction((clinic) =>
      receiveLines(clinic, { location: id, given: input.line, now }),
    );
    await context.asServer((clinic) => noteLeadTimes(clinic, done.orders, now));
    const resources = (name: string, all: readonly Stored<'SupplyDelivery' | 'Medication' | 'Task'>[]) =>
      all.map((resource) => ({ name, resource }));
    return parameters([
      ...resources('movement', done.movements),
      ...resources('lot', done.lots),
      ...resources('task', done.tasks),
    ]);
  },
});

import { defineOperation, type ClinicTransaction, type OperationContext, type Stored } from '#sdk';
import { parameters } from '../answer.ts';
import { postCount } from '../count/post-count.ts';
import { newSheet, sheetIn, withCounts, type CountLine } from '../count/sheet.ts';
import { faults } from '../faults.ts';
import { lotOf, readLines } from '../line.ts';
import { namedProduct } from '../named-product.ts';
import { stockOnHand } from '../on-hand.ts';

export const count = defineOperation({
  code: 'count',
  title: 'Count stock',
  text: 'Opens a sheet, enters what was counted, and posts the differences. A blind sheet does not say what is expected.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    action: { type: 'code', min: 1, text: 'What is done.', oneOf: ['open', 'enter', 'post', 'cancel'] },
    sheet: { type: 'Reference', text: 'The sheet (List); for all but open.' },
    blind: { type: 'boolean', text: 'To open: the sheet does not say how much is expected. Default true.' },
    product: {
      type: 'string',
      max: '*',
      text: 'To open: only these products. MedicationKnowledge/[id], code or GTIN.',
    },
    line: {
      type: 'Resource',
      max: '*',
      text: 'To enter: SupplyDelivery with the lot (itemReference or barcode) and the quantity that was counted, also 0.',
    },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "sheet" (List), "movement" when it was posted.' } },
  async run(context, { id = '', input }) {
    const { action, product, line } = input;
    if (action === 'open') {
      const lines = await linesAt(context, id, product, input.blind ?? true);
      const sheet = await context.create(newSheet(id, lines, context.now(), context.actor.reference));
      return parameters([{ name: 'sheet', resource: sheet }]);
    }
    return context.inTransaction(async (clinic) => {
      const list = await openSheet(clinic, input.sheet, id);
      if (action === 'enter') {
        const counted = await readLines(clinic, line, context.now().getUTCFullYear());
        const counts = new Map(counted.map((each) => [lotOf(each), each.quantity]));
        const sheet = await clinic.update({ ...withCounts(list, counts, context.now()), id: list.id });
        return parameters([{ name: 'sheet', resource: sheet }]);
      }
      const movements = action === 'post' ? await postCount(clinic, list) : [];
      const over =
        action === 'post'
          ? ({ status: 'retired', mode: 'snapshot' } as const)
          : ({ status: 'entered-in-error' } as const);
      const sheet = await clinic.update({ ...list, ...over });
      return parameters([
        { name: 'sheet', resource: sheet },
        ...movements.map((resource) => ({ name: 'movement', resource })),
      ]);
    });
  },
});

async function linesAt(
  context: OperationContext,
  location: string,
  products: readonly string[],
  isBlind: boolean,
): Promise<readonly CountLine[]> {
  const ids = new Set<string>();
  for (const name of products) ids.add((await namedProduct(context, name)).id);
  const levels = await stockOnHand(context, { location });
  return levels
    .filter(({ product }) => ids.size === 0 || ids.has(product))
    .map(({ lot, onHand }) => ({
      lot,
      counted: undefined,
      countedAt: undefined,
      expected: isBlind ? undefined : onHand,
    }));
}

/** Locked: a sheet is posted once. */
async function openSheet(
  clinic: ClinicTransaction,
  reference: { readonly reference?: string } | undefined,
  location: string,
): Promise<Stored<'List'>> {
  await clinic.lock(`count ${reference?.reference ?? ''}`);
  const list = await clinic.resolve(reference, 'List');
  const sheet = sheetIn(list);
  if (list === undefined || sheet?.location !== location) throw faults.notACount();
  if (!sheet.isOpen) throw faults.countClosed();
  return list;
}

import { defineCdsService } from '#sdk';
import { cardsOf, indicatorBefore } from './cards.ts';
import { checkOrders, draftsIn, type CheckedOrder } from './checked-orders.ts';
import { PREFETCH } from './prefetch.ts';

export const orderSelect = defineCdsService({
  id: 'drug-order-select',
  hook: 'order-select',
  title: 'Drugs: while orders are chosen',
  text: 'What is known against the drugs that are being chosen. Interrupts nothing.',
  prefetch: PREFETCH,
  async run(request, context) {
    const drafts = draftsIn(request);
    const { selections } = request.context;
    const selected = new Set(Array.isArray(selections) ? selections.map(String) : []);
    const chosen = drafts.filter(({ id }) => selected.has(`MedicationRequest/${id ?? ''}`));
    const results = await checkOrders(request, context, chosen, drafts);
    return { cards: cardsOf(results.map(withoutDoses), indicatorBefore, () => false) };
  },
});

/** While a drug is chosen its dose is not written yet: that it could not be checked is said at signing. */
function withoutDoses({ order, result }: CheckedOrder): CheckedOrder {
  const notChecked = result.notChecked.filter(
    ({ code }) => !['dose-not-structured', 'strength-missing'].includes(code),
  );
  return { order, result: { ...result, notChecked } };
}

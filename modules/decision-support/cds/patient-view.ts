import { defineCdsService, type CdsContext } from '#sdk';
import type { DrugIssue } from '../check-result.ts';
import { overriddenKeys } from '../override/override.ts';
import { cardsOf, indicatorBefore } from './cards.ts';
import { checkOrders, type CheckedOrder } from './checked-orders.ts';
import { PREFETCH, prefetchedData } from './prefetch.ts';

export const patientView = defineCdsService({
  id: 'drug-patient-view',
  hook: 'patient-view',
  title: 'Drugs: when a chart is opened',
  text: 'What speaks gravely against active orders and was not overridden when they were signed.',
  prefetch: PREFETCH,
  async run(request, context) {
    const active = prefetchedData(request).requests.filter(
      ({ status, doNotPerform }) => status === 'active' && doNotPerform !== true,
    );
    const results = await checkOrders(request, context, active, []);
    const open = await Promise.all(results.map((each) => graveOnes(each, context)));
    return { cards: cardsOf(open, indicatorBefore, () => false) };
  },
});

/** What was not checked is told when orders are written, not each time that a chart is opened. */
async function graveOnes({ order, result }: CheckedOrder, context: CdsContext): Promise<CheckedOrder> {
  const isGrave = ({ severity }: DrugIssue): boolean => severity === 'contraindicated' || severity === 'major';
  const issues = result.issues.filter(isGrave);
  const overridden = issues.length === 0 ? new Set<string>() : await overriddenKeys(context, order);
  return { order, result: { ...result, issues: issues.filter(({ key }) => !overridden.has(key)), notChecked: [] } };
}

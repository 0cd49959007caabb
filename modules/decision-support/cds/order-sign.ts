import { defineCdsService, type CdsRequest } from '#sdk';
import type { DrugIssue } from '../check-result.ts';
import { isAuthored, issueKeys, isOverride } from '../override/override.ts';
import { cardsOf, indicatorAtSign } from './cards.ts';
import { checkOrders, draftsIn } from './checked-orders.ts';
import { PREFETCH, resourcesIn } from './prefetch.ts';

export const orderSign = defineCdsService({
  id: 'drug-order-sign',
  hook: 'order-sign',
  title: 'Drugs: before orders are signed',
  text:
    'What is known against the drugs of all orders. A card is not shown again for what a DetectedIssue among the orders ' +
    'says was seen; a contraindication only when it says why it is overridden.',
  prefetch: PREFETCH,
  async run(request, context) {
    const drafts = draftsIn(request);
    const results = await checkOrders(request, context, drafts, drafts);
    return { cards: cardsOf(results, indicatorAtSign, seenIn(request)) };
  },
});

function seenIn({ context }: CdsRequest): (issue: DrugIssue) => boolean {
  const issues = resourcesIn(context.draftOrders, 'DetectedIssue').filter(
    ({ status }) => status !== 'entered-in-error',
  );
  const seen = new Set(issues.flatMap(issueKeys));
  const overridden = new Set(issues.filter((issue) => isOverride(issue) && isAuthored(issue)).flatMap(issueKeys));
  return ({ key, severity }) => (severity === 'contraindicated' ? overridden : seen).has(key);
}

import type { CdsContext, CdsRequest, ResourceOf } from '#sdk';
import { checkDraft, lookUpAll } from '../check-drafts.ts';
import type { CheckResult } from '../check-result.ts';
import { knowledgeOf } from '../knowledge/site-rules.ts';
import { prefetchedData, resourcesIn } from './prefetch.ts';

type Order = ResourceOf<'MedicationRequest'>;

export interface CheckedOrder {
  readonly order: Order;
  readonly result: CheckResult;
}

/** The MedicationRequests among the draft orders of a call. */
export function draftsIn({ context }: CdsRequest): readonly Order[] {
  return resourcesIn(context.draftOrders, 'MedicationRequest').filter(({ doNotPerform }) => doNotPerform !== true);
}

/**
 * Checks orders with the data of the call, all drafts being ordered together.
 * @param chosen those that are asked about
 */
export async function checkOrders(
  request: CdsRequest,
  context: CdsContext,
  chosen: readonly Order[],
  drafts: readonly Order[],
): Promise<readonly CheckedOrder[]> {
  const knowledge = await knowledgeOf(context);
  const data = prefetchedData(request);
  const at = context.now();
  const lookup = await lookUpAll(context, data, drafts, at);
  return chosen.map((order) => ({ order, result: checkDraft(order, drafts, lookup, { knowledge, data, at }) }));
}

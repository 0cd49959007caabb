import type { Ctx } from '../../fhir/engine.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { findMatches } from '../../fhir/write/matches.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscription, statusEntryText } from './asked-subscription.ts';

const MAX = 500;
const ANY = 'requested,active,error,off';

/** http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition-backport-subscription-status.html */
export function statusOperation(context: DeliveryContext): Operation {
  return {
    code: 'status',
    definition: 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status',
    text: 'The state of one Subscription, or of those with an id or status: how many events they had, and errors.',
    levels: ['type', 'instance'],
    types: ['Subscription'],
    affectsState: false,
    async run(_engine, ctx, { request, id }) {
      const input = primitiveInput(request, id === undefined ? ['id', 'status'] : []);
      const ids = id === undefined ? await idsOf(context, ctx, input.get('id'), input.get('status')) : [id];
      const entries: string[] = [];
      for (const each of ids)
        entries.push(statusEntryText(ctx, await askedSubscription(context, ctx, '$status', each)));
      const head = `{"resourceType":"Bundle","id":"${ctx.newId()}","type":"searchset","total":${entries.length}`;
      const text = entries.length === 0 ? `${head}}` : `${head},"entry":[${entries.join(',')}]}`;
      return { status: 200, headers: {}, text };
    },
  };
}

async function idsOf(
  { engine }: DeliveryContext,
  ctx: Ctx,
  ids: readonly string[] | undefined,
  statuses: readonly string[] | undefined,
): Promise<readonly string[]> {
  const list = (values: readonly string[]): string => values.map(encodeURIComponent).join(',');
  const query = `status=${statuses === undefined ? ANY : list(statuses)}${ids === undefined ? '' : `&_id=${list(ids)}`}`;
  const [matches = []] = await findMatches(engine, ctx, [{ type: 'Subscription', query }], MAX);
  return matches.map((match) => match.id);
}

import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { replayEvents } from '../../storage/subscription-events.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscriber, eventNumbers } from './asked-subscriber.ts';

export function replayOperation(context: DeliveryContext): Operation {
  return {
    code: 'replay',
    definition: 'https://athanor.health/fhir/OperationDefinition/replay',
    text:
      'For administrators: delivers dead letters of a Subscription, or on the type of a bot (subscriber), with all their ' +
      'attempts again: those with some numbers (number), or all of them.',
    levels: ['type', 'instance'],
    types: ['Subscription'],
    affectsState: true,
    async run(_engine, ctx, { request, id }) {
      const input = primitiveInput(request, id === undefined ? ['subscriber', 'number'] : ['number']);
      const key = await askedSubscriber(context, ctx, '$replay', id, input);
      const count = await replayEvents(ctx.db, key, eventNumbers(input, 'number'), ctx.now());
      const parameter = [{ name: 'replayed', valueInteger: count }];
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    },
  };
}

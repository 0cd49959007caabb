import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { countEvents, readDeadEvents } from '../../storage/subscription-events.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscriber, eventNumbers } from './asked-subscriber.ts';

const PAGE = 200;

export function deadLettersOperation(context: DeliveryContext): Operation {
  return {
    code: 'dead-letters',
    definition: 'https://athanor.health/fhir/OperationDefinition/dead-letters',
    text:
      'For administrators: the events that a Subscription, or on the type a bot (subscriber), was never told of, with what ' +
      `went wrong, ${PAGE} at a time (after=NUMBER goes on); and how many events wait, were delivered or dropped.`,
    levels: ['type', 'instance'],
    types: ['Subscription'],
    affectsState: false,
    async run(engine, ctx, { request, id }) {
      const input = primitiveInput(request, id === undefined ? ['subscriber', 'after'] : ['after']);
      const key = await askedSubscriber(context, ctx, '$dead-letters', id, input);
      const [after = 0] = eventNumbers(input, 'after') ?? [];
      const counts = await countEvents(ctx.db, key);
      const dead = await readDeadEvents(ctx.db, key, after, PAGE);
      const parameter = [
        ...Object.entries(counts).map(([name, count]) => ({ name, valueInteger: count })),
        ...dead.map(({ number, id: event, type, resourceId, version, interaction, attempts, at, finished, error }) => ({
          name: 'dead-letter',
          part: [
            { name: 'number', valueString: String(number) },
            { name: 'event', valueUuid: `urn:uuid:${event}` },
            { name: 'focus', valueReference: { reference: `${engine.definitions.typeName(type)}/${resourceId}` } },
            { name: 'version', valueString: String(version) },
            { name: 'interaction', valueCode: interaction },
            { name: 'happened', valueInstant: new Date(at).toISOString() },
            { name: 'given-up', valueInstant: new Date(finished).toISOString() },
            { name: 'attempts', valueInteger: attempts },
            { name: 'error', valueString: error ?? 'unknown' },
          ],
        })),
      ];
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    },
  };
}

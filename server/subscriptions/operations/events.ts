import type { PayloadContent } from '../../fhir/subscriptions/definition.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single, type Query } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import { readEvents } from '../../storage/subscription-events.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { notificationBundle } from '../notification.ts';
import { visibleEvents } from '../visible-event.ts';
import { askedSubscription, listening, statusOf } from './asked-subscription.ts';

const MAX = 500;
const CONTENTS: readonly PayloadContent[] = ['empty', 'id-only', 'full-resource'];

/** http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition-backport-subscription-events.html */
export function eventsOperation(context: DeliveryContext): Operation {
  return {
    code: 'events',
    definition: 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events',
    text:
      `Events of a Subscription of the last days, at most ${MAX}, as far as the caller may see them: takes eventsSinceNumber, ` +
      'eventsUntilNumber and content.',
    levels: ['instance'],
    types: ['Subscription'],
    affectsState: false,
    async run(engine, ctx, { request, id = '' }) {
      const input = primitiveInput(request, ['eventsSinceNumber', 'eventsUntilNumber', 'content']);
      const asked = await askedSubscription(context, ctx, '$events', id);
      const listener = listening(asked);
      const from = numberOf(input, 'eventsSinceNumber') ?? 1;
      const to = numberOf(input, 'eventsUntilNumber') ?? Number.MAX_SAFE_INTEGER;
      const stored = await readEvents(ctx.db, listener, from, to, MAX);
      const events = await visibleEvents(engine, ctx.access, listener, stored);
      if (ctx.audit.isOn) {
        const seen = events.flatMap(({ typeName: type, resourceId, text }) =>
          text === undefined ? [] : [{ type, id: resourceId, body: text }],
        );
        ctx.audit.note({ action: 'R', interaction: '$events', type: 'Subscription', id, seen });
      }
      const content = contentOf(input) ?? listener.definition.channel?.content ?? 'empty';
      const text = notificationBundle({ ...statusOf(ctx, asked), type: 'query-event', events, content });
      return { status: 200, headers: {}, text };
    },
  };
}

function numberOf(input: Query, name: string): number | undefined {
  const text = single(input, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw fault('operation.badParameter', 400, 'value', `${name} must be the number of an event, such as 12.`, name);
}

function contentOf(input: Query): PayloadContent | undefined {
  const text = single(input, 'content');
  const content = CONTENTS.find((known) => known === text);
  if (text === undefined || content !== undefined) return content;
  throw fault('operation.badParameter', 400, 'value', `content must be ${CONTENTS.join(', ')}.`, 'content');
}

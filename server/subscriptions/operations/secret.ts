import { randomBytes } from 'node:crypto';
import { announceChange } from '../../fhir/live/changes.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import { fault } from '../../kernel/fault.ts';
import { storeSecret } from '../../storage/subscribers.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscription, listening } from './asked-subscription.ts';

const SECRET_BYTES = 32;

export function secretOperation(context: DeliveryContext): Operation {
  return {
    code: 'subscription-secret',
    definition: 'https://athanor.health/fhir/OperationDefinition/subscription-secret',
    text:
      'A new secret (base64) that signs the notifications of a Subscription from now on; the one before is void. For those ' +
      'who may change the Subscription. It is shown once.',
    levels: ['instance'],
    types: ['Subscription'],
    affectsState: true,
    async run(engine, ctx, { request, id = '' }) {
      primitiveInput(request, []);
      const asked = await askedSubscription(context, ctx, '$subscription-secret', id);
      const listener = listening(asked);
      if (!ctx.access.permits(asked.resource, 'update')) {
        throw fault('access.writeRefused', 403, 'forbidden', 'You may not change this Subscription.');
      }
      const secret = randomBytes(SECRET_BYTES).toString('base64');
      await inTransaction(engine, ctx, async (inner) => {
        await storeSecret(inner.db, listener, secret);
        await announceChange(engine, inner, 'subscribers');
      });
      const parameter = [{ name: 'secret', valueString: secret }];
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    },
  };
}

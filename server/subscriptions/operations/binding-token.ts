import { createHash, randomBytes } from 'node:crypto';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import type { SubscriberOwner } from '../../fhir/subscriptions/definition.ts';
import { fault } from '../../kernel/fault.ts';
import { storeToken } from '../../storage/subscription-tokens.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscription, listening } from './asked-subscription.ts';

/** Path of the websocket on this server. */
export const WEBSOCKET_PATH = '/ws/subscriptions';

const LIFETIME = 300_000;
const TOKEN_BYTES = 32;
const MAX_IDS = 50;

/** http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition-backport-subscription-get-ws-binding-token.html */
export function bindingTokenOperation(context: DeliveryContext): Operation {
  return {
    code: 'get-ws-binding-token',
    definition:
      'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-get-ws-binding-token',
    text: 'A token that binds one websocket to one Subscription, or to those with some ids, within five minutes.',
    levels: ['type', 'instance'],
    types: ['Subscription'],
    affectsState: false,
    async run(_engine, ctx, { request, id }) {
      const input = primitiveInput(request, id === undefined ? ['ids'] : []);
      const ids = id === undefined ? [...new Set(input.get('ids') ?? [])] : [id];
      if (ids.length === 0 || ids.length > MAX_IDS) {
        throw fault('operation.badParameter', 400, 'required', `ids must name 1 to ${MAX_IDS} Subscriptions.`, 'ids');
      }
      for (const each of ids) {
        const listener = listening(await askedSubscription(context, ctx, '$get-ws-binding-token', each));
        if (listener.definition.channel?.kind === 'websocket') continue;
        throw fault(
          'subscription.noWebsocket',
          409,
          'conflict',
          `The channel of Subscription/${each} is no websocket.`,
        );
      }
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const expires = ctx.now() + LIFETIME;
      const owner: SubscriberOwner = { principal: ctx.access.principal, since: ctx.now() };
      const binder = JSON.stringify(owner);
      await storeToken(ctx.db, tokenHash(token), { tenant: ctx.tenant, subscriptions: ids, binder }, expires);
      const { origin } = new URL(ctx.baseUrl);
      const parameter = [
        { name: 'token', valueString: token },
        { name: 'expiration', valueDateTime: new Date(expires).toISOString() },
        ...ids.map((each) => ({ name: 'subscription', valueString: each })),
        { name: 'websocket-url', valueUrl: `${origin.replace(/^http/, 'ws')}${WEBSOCKET_PATH}` },
      ];
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    },
  };
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

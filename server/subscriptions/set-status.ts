import type { Ctx, Engine } from '../fhir/engine.ts';
import { serverContext } from '../fhir/request-context.ts';
import { textOf } from '../fhir/subscriptions/elements.ts';
import { storedResource } from '../fhir/write/current.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import { prepare } from '../fhir/write/prepare.ts';
import { put } from '../fhir/write/put.ts';
import { METHOD } from '../storage/insert.ts';
import { readForWrite } from '../storage/lock.ts';
import {
  activateSubscriber,
  endSubscriber,
  failSubscriber,
  readSubscriber,
  type SubscriberKey,
} from '../storage/subscribers.ts';
import { listenerOf, type Listener } from './listeners.ts';

/** What the server makes of a Subscription. */
export type NewStatus =
  | { readonly status: 'active'; /** Milliseconds: next heartbeat or end; 0: none. */ readonly due: number }
  | { readonly status: 'error'; readonly reason: string }
  | { readonly status: 'off' };

/**
 * Changes the status of a Subscription with what goes with it, unless it was changed since the listener was read.
 * @returns whether it was done
 */
export async function setStatus(engine: Engine, listener: Listener, change: NewStatus): Promise<boolean> {
  const { tenant } = listener;
  const id = listener.id.slice('Subscription/'.length);
  const ctx = serverContext(engine, tenant, 'subscriptions', engine.settings.baseUrl);
  return inTransaction(engine, ctx, async (inner) => {
    const ref = engine.hasher(tenant).target(listener.id);
    // First the resource, as clients do, so that the two cannot wait for each other.
    const row = (await readForWrite(inner.db, tenant, [ref], true)).get(ref);
    const known = await readSubscriber(inner.db, listener);
    if (row === undefined || known === undefined) return false;
    const { state, definition } = listenerOf(known);
    if (state !== listener.state || definition.source !== listener.definition.source) return false;
    await keepState(inner, listener, change);
    await put(
      engine,
      inner,
      { type: 'Subscription', id },
      (current) => {
        if (current === undefined) throw new Error(`${listener.id} is locked and not there`);
        const { error: _before, ...resource } = storedResource('Subscription', current);
        const { status } = change;
        const next = { ...resource, status, ...(status === 'error' ? { error: change.reason } : {}) };
        return prepare(engine, tenant, next, textOf(resource, 'id') ?? id);
      },
      { method: METHOD.PUT, mayCreate: false },
    );
    return true;
  });
}

async function keepState({ db, now }: Ctx, key: SubscriberKey, change: NewStatus): Promise<void> {
  if (change.status === 'active') await activateSubscriber(db, key, change.due);
  else if (change.status === 'error') await failSubscriber(db, key);
  else await endSubscriber(db, key, now());
}

import { randomBytes } from 'node:crypto';
import { Fault } from '../kernel/fault.ts';
import { scheduleSubscriber, storeSecret, takeDueSubscribers } from '../storage/subscribers.ts';
import { sendWithoutEvent, type DeliveryContext } from './deliver-subscription.ts';
import { listenerOf, type Listener } from './listeners.ts';
import { setStatus } from './set-status.ts';
import { Hopeless } from './target.ts';

/** Handshakes, heartbeats and ends of Subscriptions. */
export interface LifeCycle {
  /** Does what is due. */
  run(): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Pauses between handshakes, ms; after the last one the Subscription is in error. */
const HANDSHAKES: readonly number[] = [1000, 5000, 20_000];
/** Whoever dies in between leaves it to another process after that time; ms. */
const LEASE = 90_000;
const BATCH = 20;
const SECRET_BYTES = 32;

export function createLifeCycle(context: DeliveryContext, onError: (error: unknown) => void): LifeCycle {
  const { engine, now } = context;
  const { db } = engine;
  const underWay = new Set<Promise<void>>();

  async function activate(listener: Listener): Promise<void> {
    const { channel } = listener.definition;
    if (channel === undefined) return;
    // Made before the handshake, so that this is signed too.
    const secret = listener.secret ?? randomBytes(SECRET_BYTES).toString('base64');
    if (listener.secret === null) await storeSecret(db, listener, secret);
    try {
      // R4 knows no handshake; a receiver of its notifications would take it for one.
      if (channel.topic !== undefined && channel.kind !== 'websocket') {
        await sendWithoutEvent(context, { ...listener, secret }, channel, 'handshake');
      }
      await setStatus(engine, listener, { status: 'active', due: nextDue(listener, now()) });
    } catch (error) {
      const pause = error instanceof Hopeless ? undefined : HANDSHAKES[listener.attempts];
      if (pause !== undefined) await scheduleSubscriber(db, listener, now() + pause, listener.attempts + 1);
      else await setStatus(engine, listener, { status: 'error', reason: `The handshake failed: ${textOf(error)}.` });
    }
  }

  async function beat(listener: Listener): Promise<void> {
    const { channel } = listener.definition;
    await scheduleSubscriber(db, listener, nextDue(listener, now()), 0);
    // Each websocket has its own; and whether receivers take a heartbeat tells nothing that events would not tell.
    if (channel?.heartbeat === undefined || channel.kind === 'websocket') return;
    await sendWithoutEvent(context, listener, channel, 'heartbeat').catch((error: unknown) => {
      if (error instanceof Hopeless) throw error;
    });
  }

  async function attend(listener: Listener): Promise<void> {
    const { ends, state } = listener;
    if (ends !== null && ends <= now()) await setStatus(engine, listener, { status: 'off' });
    else if (state === 'requested') await activate(listener);
    else if (state === 'active') {
      await beat(listener).catch(async (error: unknown) => {
        if (!(error instanceof Hopeless)) throw error;
        await setStatus(engine, listener, { status: 'error', reason: `${error.message}.` });
      });
    }
  }

  return {
    async run() {
      if (underWay.size >= BATCH) return;
      const due = await takeDueSubscribers(db, now(), now() + LEASE, BATCH - underWay.size);
      for (const row of due) {
        const one = attend(listenerOf(row))
          .catch(onError)
          .finally(() => underWay.delete(one));
        underWay.add(one);
      }
    },
    async close() {
      await Promise.all(underWay);
    },
  };
}

function nextDue({ definition: { channel }, ends }: Listener, now: number): number {
  const beat = channel?.heartbeat === undefined ? Infinity : now + channel.heartbeat * 1000;
  const next = Math.min(beat, ends ?? Infinity);
  return next === Infinity ? 0 : next;
}

function textOf(error: unknown): string {
  if (error instanceof Fault) return error.issues[0]?.text ?? error.code;
  return error instanceof Error ? error.message : 'unknown';
}

import type { Subscriber } from '../subscriptions/subscriber.ts';
import type { DeployedBot } from './bot.ts';
import type { BotContext } from './bot-context.ts';
import { changeEvent } from './change-event.ts';
import { expectSuccess, runBot } from './run-bot.ts';

/** Where code of the server is told of changes (server/subscriptions). */
export interface SubscriberRegistry {
  /** @throws Fault 422 for criteria that cannot be decided */
  register(subscriber: Subscriber): Promise<void>;
  unregister(id: string): void;
  remove(subscriber: Pick<Subscriber, 'id' | 'tenant'>): Promise<void>;
}

/** Longer than any run takes, with the wait for its turn. */
const TIMEOUT = 120_000;

/**
 * Keeps the deployed bots registered as subscribers. A bot that fails is told of the change again, and at last it is a dead
 * letter; what comes behind it of the same resource waits.
 */
export function createBotSubscribers(
  context: BotContext,
  registry: SubscriberRegistry,
): (bots: readonly DeployedBot[]) => Promise<void> {
  const known = new Map<string, { readonly bot: DeployedBot; readonly subscriber: Subscriber }>();

  return async (bots) => {
    const wanted = bots.flatMap((bot) => subscribersOf(context, bot).map((subscriber) => ({ bot, subscriber })));
    for (const [id, { subscriber }] of known) {
      if (wanted.some((each) => each.subscriber.id === id)) continue;
      known.delete(id);
      registry.unregister(id);
      await registry.remove(subscriber);
    }
    for (const each of wanted) {
      const { id } = each.subscriber;
      if (known.get(id)?.bot === each.bot) continue;
      try {
        await registry.register(each.subscriber);
        known.set(id, each);
      } catch (error) {
        // One bot whose criteria no longer mean anything does not stop the others.
        context.onError(error);
      }
    }
  };
}

function subscribersOf(context: BotContext, bot: DeployedBot): readonly Subscriber[] {
  const { tenant, id, triggers } = bot;
  return triggers.flatMap((trigger, index) => {
    if (trigger.kind !== 'subscription') return [];
    const { criteria, interactions } = trigger;
    const subscriber: Subscriber = {
      id: `bot:${tenant}:${id}:${index}`,
      tenant,
      criteria,
      interactions,
      timeout: TIMEOUT,
      async deliver(event) {
        const answer = await runBot(context, bot, {
          trigger: 'subscription',
          eventId: event.id,
          requestId: `bot ${event.id}`,
          event: (access) => changeEvent(context.engine, access, event),
        });
        if (answer !== undefined) expectSuccess(answer);
      },
    };
    return [subscriber];
  });
}

import type { MessageState } from '../store/message-state.ts';
import type { Log } from '../../server/kernel/log.ts';
import { findMessage } from '../store/find-message.ts';
import type { Store } from '../store/open-store.ts';
import { dismissMessages, requeueMessages } from '../store/requeue-messages.ts';
import type { InboxPorts } from './inbox-ports.ts';
import type { MessageError } from './judge-arrival.ts';
import { prepareMessages, type StoredMessage } from './prepare-message.ts';

/** What would become of a message now. */
export type DryRun =
  | { readonly kind: 'resources'; readonly changes: unknown; readonly unread: readonly string[] }
  | { readonly kind: 'parked'; readonly reason: string; readonly error: MessageError }
  | { readonly kind: 'nothing'; readonly note: string };

const AGAIN: readonly MessageState[] = ['parked', 'dead', 'ignored', 'applied', 'superseded'];

/**
 * Works once more on messages that have ended, by the rules of now. A message that was applied is applied again: what is newer stays as
 * it is.
 *
 * @param agent who wants it
 * @returns ids of those that are worked on; others are under way, or were refused
 */
export function reprocess(store: Store, ids: readonly string[], agent: string): Promise<readonly string[]> {
  return requeueMessages(store, ids, AGAIN, agent);
}

/**
 * Ends messages that wait for a person without applying them.
 *
 * @param explanation for people; nothing of the messages
 */
export function dismiss(
  store: Store,
  ids: readonly string[],
  agent: string,
  explanation: string,
): Promise<readonly string[]> {
  return dismissMessages(store, ids, agent, explanation);
}

/**
 * Shows what would become of a message, and changes nothing.
 *
 * @param bytes another text of it; its own by default
 * @returns undefined when there is no such message
 */
export async function dryRun(
  store: Store,
  ports: InboxPorts,
  log: Log,
  id: string,
  bytes?: Buffer,
): Promise<DryRun | undefined> {
  const message = await findMessage(store, id);
  if (message?.direction !== 'in') return undefined;
  const stored: StoredMessage = { ...message, bytes: bytes ?? message.bytes };
  const [prepared] = await prepareMessages(ports, [stored], (err) => log.error({ err, message: id }, 'a map failed'));
  switch (prepared?.kind) {
    case undefined:
      return undefined;
    case 'deliver':
      return {
        kind: 'resources',
        changes: await ports.preview(prepared.deliverable),
        unread: prepared.deliverable.mapped.unread,
      };
    case 'parked':
      return { kind: 'parked', reason: prepared.reason, error: prepared.error };
    case 'query':
      return { kind: 'nothing', note: 'It asks, and changes nothing.' };
    case 'empty':
      return { kind: 'nothing', note: 'It says nothing that is kept.' };
    case 'homeless':
      return { kind: 'nothing', note: 'Its partner is not configured.' };
    case 'early':
      return { kind: 'nothing', note: 'The server has not said yet which modules it has.' };
  }
}

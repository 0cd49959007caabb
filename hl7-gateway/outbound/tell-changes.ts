import type { Log } from '../../server/kernel/log.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { Unreachable } from '../client/http-call.ts';
import type { Partner } from '../partner/partner.ts';
import { changeCursor, moveChangeCursor } from '../store/change-cursors.ts';
import type { Store } from '../store/open-store.ts';
import { queueMessages, type QueuedMessage } from '../store/outgoing-messages.ts';
import { readChanges, versionOf, type ChangePage } from './changes.ts';
import { textOf } from '../map/json.ts';
import { TOLD } from './messages/messages.ts';
import { isNumbered, numbered } from './numbering.ts';
import { eventFor, isRecipient, isSaidByPartner, recipientsOf, type Recipient } from './recipients.ts';
import { relatedTo } from './related.ts';
import { raiseUntold, untoldTask } from './tasks.ts';
import type { Change, Telling } from './tell.ts';
import { writeMessage, type SenderName } from './write-message.ts';

export interface TellContext {
  readonly store: Store;
  readonly client: FhirClient;
  readonly log: Log;
  readonly sender: SenderName;
  partners(): readonly Partner[];
  now(): number;
}

/**
 * Reads what the server wrote of all types that somebody takes messages about, to its end, and queues the messages. Where it stands
 * is committed with what it queued; what is read again after a crash leads to the same messages, which are queued already.
 * @throws Unreachable when the server does not answer now
 */
export async function tellChanges(context: TellContext): Promise<void> {
  const recipients = context.partners().filter((partner) => isRecipient(partner));
  for (const [type, { events }] of TOLD) {
    const taking = recipients.filter((each) => eventFor(each, events) !== undefined);
    if (taking.length > 0) await tellType(context, type, taking);
  }
}

/** Events that are read at once, and how often for one type before the others have their turn. */
const PAGE = 50;
const PAGES = 20;
/** Changes that are written as messages at the same time. */
const ABREAST = 8;

async function tellType(context: TellContext, type: string, recipients: readonly Recipient[]): Promise<void> {
  const { store, log } = context;
  for (let page = 0; page < PAGES; page += 1) {
    const from = await changeCursor(store, type);
    const { changes, next, missing } = await readPage(context, type, from);
    if (next === from) return;
    if (missing > 0) log.error({ type, missing }, 'changes are not there any more: nobody is told of them');
    const told: Change[] = [];
    // One after the other, as their next versions are told in the order in which they are written.
    for (const change of changes) {
      const isGiven = !isSaidByPartner(change) && (await giveNumber(context, change.resource));
      if (!isGiven) told.push(change);
    }
    const messages: QueuedMessage[] = [];
    for (let at = 0; at < told.length; at += ABREAST) {
      const made = told.slice(at, at + ABREAST).map((change) => messagesOf(context, change, recipients));
      messages.push(...(await Promise.all(made)).flat());
    }
    await store.transaction(async (tx) => {
      if (await moveChangeCursor(tx, type, from, next)) await queueMessages(tx, messages);
    });
  }
}

/** Many large documents together may be more than one answer holds: then they are read one by one. */
async function readPage({ client }: TellContext, type: string, from: number): Promise<ChangePage> {
  try {
    return await readChanges(client, type, from, PAGE);
  } catch (error) {
    if (!(error instanceof Unreachable) || error.status !== undefined) throw error;
    return readChanges(client, type, from, 1);
  }
}

async function messagesOf(
  context: TellContext,
  change: Change,
  recipients: readonly Recipient[],
): Promise<readonly QueuedMessage[]> {
  const { client, log } = context;
  try {
    return await written(context, withoutUnnumbered(change), recipients);
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    const resource = nameOf(change.resource);
    log.error({ err: error, resource }, 'a change could not be written as a message');
    const task = untoldTask(resource, versionOf(change.resource), 'not-written');
    await raiseUntold(client, log, task);
    return [];
  }
}

/** A version that peers could not have known was not told to them. */
function withoutUnnumbered({ resource, before }: Change): Change {
  const isKnown =
    before === undefined || isNumbered(before) || isSaidByPartner({ resource: before, before: undefined });
  return { resource, before: isKnown ? before : undefined };
}

async function written(
  { client, log, sender, now }: TellContext,
  change: Change,
  recipients: readonly Recipient[],
): Promise<readonly QueuedMessage[]> {
  const told = TOLD.get(textOf(change.resource.resourceType));
  const related = await relatedTo(client, change.resource);
  const telling: Telling = { ...change, find: (reference) => related.get(reference) };
  const outgoing = told?.message(telling);
  if (outgoing === undefined) return [];
  const found = recipientsOf(change, outgoing.events, recipients);
  if ('isAmbiguous' in found) {
    const task = untoldTask(nameOf(change.resource), versionOf(change.resource), 'recipient-unknown');
    await raiseUntold(client, log, task);
    return [];
  }
  return found.to.map((recipient) => {
    const event = eventFor(recipient, outgoing.events) ?? '';
    return writeMessage(telling, outgoing, event, recipient, { sender, at: new Date(now()) });
  });
}

/**
 * @returns whether it was to have a number: its next version has it, and is told in its place
 * @throws Unreachable when the server does not answer now
 */
async function giveNumber({ client, log }: TellContext, resource: JsonObject): Promise<boolean> {
  const made = numbered(resource);
  if (made === undefined) return false;
  const name = nameOf(resource);
  const { status } = await client.send({
    method: 'POST',
    path: '',
    isRepeatable: true,
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: made, request: { method: 'PUT', url: name, ifMatch: `W/"${versionOf(resource)}"` } }],
    },
  });
  // Somebody was faster: their version gets it.
  if (status === 200 || status === 409 || status === 412) return true;
  const task = untoldTask(name, versionOf(resource), 'not-numbered');
  await raiseUntold(client, log, task);
  return true;
}

function nameOf({ resourceType, id }: JsonObject): string {
  return `${textOf(resourceType)}/${textOf(id)}`;
}

import { createHash } from 'node:crypto';
import { fault } from '../../server/kernel/fault.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { decodeMessage } from '../hl7/charset.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import { decideEdit, insertEdit, lockEdit, replaceMessage, type StoredEdit } from '../store/edits.ts';
import { findMessage, type MessageDetail } from '../store/find-message.ts';
import { insertMessages, type ArrivedMessage } from '../store/insert-messages.ts';
import type { Store } from '../store/open-store.ts';
import type { InboxPorts } from './inbox-ports.ts';
import { lanesOf } from './lanes.ts';
import { factsOf } from './message-refs.ts';

/**
 * Proposes a corrected text for a message that waits for a person. The text that came stays as it is.
 *
 * @param text in the charset of the message, or UTF-8
 * @param author who proposes it: account or user, never empty
 * @returns id of the proposal
 * @throws Fault 404 without such a message, 422 for a text that is no message
 */
export async function proposeEdit(
  store: Store,
  edit: { readonly message: string; readonly bytes: Uint8Array; readonly author: string; readonly explanation: string },
  now: number,
): Promise<string> {
  if (edit.author === '') throw fault('hl7.noAuthor', 422, 'required', 'Whose text it is has to be known.');
  try {
    parseMessage(decodeMessage(edit.bytes, { fallbackCharset: 'windows-1252' }).text);
  } catch (cause) {
    throw fault('hl7.unreadable', 422, 'invalid', 'The corrected text is no HL7 v2 message.', undefined, { cause });
  }
  const id = uuidv7(now);
  if (await insertEdit(store, { ...edit, id })) return id;
  throw fault('hl7.notWaiting', 404, 'not-found', 'There is no such message that waits for a person.');
}

export function refuseEdit(store: Store, id: string, decidedBy: string): Promise<void> {
  return store.transaction(async (tx) => {
    openEdit(await lockEdit(tx, id));
    await decideEdit(tx, id, 'refused', decidedBy);
  });
}

/**
 * Has a corrected text applied in place of the one that came: a message of its own, whose parent is that one.
 *
 * @param decidedBy somebody else than its author
 * @returns id of the new message
 * @throws Fault 404, 409 when it was decided before or the message has been worked on since, 403 for its author
 */
export async function approveEdit(store: Store, ports: InboxPorts, id: string, decidedBy: string): Promise<string> {
  return store.transaction(async (tx) => {
    const edit = openEdit(await lockEdit(tx, id));
    if (decidedBy === '' || edit.author === decidedBy) {
      throw fault(
        'hl7.secondPerson',
        403,
        'forbidden',
        'A corrected text is approved by somebody else than its author.',
      );
    }
    const original = await findMessage(tx, edit.message);
    if (original === undefined || !(await replaceMessage(tx, edit.message, decidedBy))) {
      throw fault('hl7.notWaiting', 409, 'conflict', 'The message does not wait for a person any more.');
    }
    // Edits are told from what the partner sent by the text, whose hash nobody had before; two of one text are one.
    const message = correctedMessage(original, edit, ports);
    const [stored] = await insertMessages(tx, [message]);
    if (stored === undefined || stored.isRepetition) {
      throw fault('hl7.sameText', 409, 'duplicate', 'A message with this text is here already.');
    }
    await decideEdit(tx, id, 'approved', decidedBy);
    return message.id;
  });
}

function openEdit(edit: StoredEdit | undefined): StoredEdit {
  if (edit === undefined) throw fault('hl7.noEdit', 404, 'not-found', 'There is no such proposal.');
  if (edit.state !== 'proposed') throw fault('hl7.decided', 409, 'conflict', 'This proposal was decided before.');
  return edit;
}

function correctedMessage(original: MessageDetail, edit: StoredEdit, ports: InboxPorts): ArrivedMessage {
  const partner = ports.partners.byId(original.partner);
  if (partner === undefined)
    throw fault('hl7.noPartner', 409, 'conflict', 'The partner of the message is not configured.');
  const decoded = decodeMessage(edit.bytes, partner.reading);
  const message = parseMessage(decoded.text, { charset: decoded.charset });
  const receivedAt = original.receivedAt;
  return {
    id: uuidv7(ports.now()),
    partner: partner.id,
    localPort: original.localPort ?? 0,
    remoteAddress: original.remoteAddress ?? '',
    receivedAt,
    bytes: edit.bytes,
    sha256: createHash('sha256').update(edit.bytes).digest(),
    charset: decoded.charset,
    charsetRule: decoded.rule,
    ...factsOf(message),
    lanes: lanesOf(message, partner.id, ports.partners.contextOf(partner, receivedAt).systems),
    parent: original.id,
    state: 'received',
    ...(original.reply === null ? {} : { reply: original.reply }),
    ...(original.replyCode === null ? {} : { replyCode: original.replyCode }),
    refusesReuse: false,
  };
}

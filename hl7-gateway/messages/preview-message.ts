import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { Preview } from '../deliver/preview.ts';
import type { InboxPorts } from '../inbox/inbox-ports.ts';
import { dryRun } from '../inbox/reprocess.ts';
import { editsOf, type StoredEdit } from '../store/edits.ts';
import { findMessage } from '../store/find-message.ts';
import type { Store } from '../store/open-store.ts';
import { elementChanges } from './json-changes.ts';
import { correctedBytes } from './message-text.ts';

/** What a preview needs; `preview` tells resources as they are and as they would be. */
export interface PreviewPorts extends InboxPorts {
  preview(...message: Parameters<InboxPorts['preview']>): Promise<Preview>;
}

/** Of the message as it came; or of another text, or a proposed one. */
export interface PreviewQuestion {
  readonly id: string;
  readonly text?: string;
  readonly proposal?: string;
}

/**
 * What would become of a message now, as values that change; nothing is written.
 * @throws Fault 404 without such a message, or proposal
 */
export async function previewMessage(
  store: Store,
  ports: PreviewPorts,
  log: Log,
  { id, text, proposal }: PreviewQuestion,
): Promise<JsonObject> {
  const bytes =
    proposal !== undefined
      ? (await expectProposal(store, id, proposal)).bytes
      : text !== undefined
        ? await typedBytes(store, ports, id, text)
        : undefined;
  const run = await dryRun(store, ports, log, id, bytes);
  if (run === undefined) throw noMessage();
  switch (run.kind) {
    case 'nothing':
      return { note: run.note };
    case 'parked':
      return { reason: run.reason, note: [run.error.text, run.error.location].filter(Boolean).join(' ') };
    case 'resources':
      // What `PreviewPorts.preview` answered; a dry run passes it on as it is.
      return { ...told(run.changes as Preview), unread: [...run.unread] };
  }
}

function told({ parked, wasApplied, changes, superseded, merges }: Preview): JsonObject {
  if (parked !== undefined) return { reason: parked.reason, note: parked.text };
  return {
    ...(wasApplied ? { note: 'It was applied before, and would change nothing.' } : {}),
    changes: changes.map((change) => ({
      kind: change.kind,
      reference: change.reference,
      type: String(change.after.resourceType),
      elements: elementChanges(change.before, change.after).map((element) => ({ ...element })),
    })),
    superseded: [...superseded],
    merges: merges.map((merge) => ({ ...merge })),
  };
}

/** A text that is proposed in place of a message. @throws Fault 404 for one of another message too */
export async function expectProposal(store: Store, id: string, proposal: string): Promise<StoredEdit> {
  const edit = (await editsOf(store, id)).find((each) => each.id === proposal);
  if (edit === undefined) throw fault('hl7.noEdit', 404, 'not-found', 'There is no such proposal.');
  return edit;
}

/**
 * A text that was typed in place of the message, as bytes of its sender.
 * @throws Fault 404, 409 without its partner, 422
 */
export async function typedBytes(store: Store, ports: InboxPorts, id: string, text: string): Promise<Buffer> {
  const message = await findMessage(store, id);
  if (message?.direction !== 'in') throw noMessage();
  const partner = ports.partners.byId(message.partner);
  if (partner === undefined) {
    throw fault('hl7.noPartner', 409, 'conflict', 'The partner of the message is not configured.');
  }
  return correctedBytes(text, message.charset, partner.reading);
}

function noMessage(): Error {
  return fault('hl7.noMessage', 404, 'not-found', 'There is no such message that came in.');
}

import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { decodeBytes } from '../hl7/charset.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import type { PartnerDirectory } from '../inbox/inbox-ports.ts';
import { editsOf } from '../store/edits.ts';
import { attemptsOf, findMessage } from '../store/find-message.ts';
import type { Queryable } from '../store/open-store.ts';
import { segmentViews, type SegmentView } from './field-view.ts';
import { editableText } from './message-text.ts';

/** More are counted, and not shown: nobody reads them, and an answer has an end. */
const MOST_FIELDS = 5000;
const MOST_PLACES = 1000;

/**
 * A message, what became of it, what was tried, and what is proposed in its place.
 * @throws Fault 404
 */
export async function showMessage(
  db: Queryable,
  partners: Pick<PartnerDirectory, 'byId'>,
  id: string,
): Promise<JsonObject> {
  const message = await findMessage(db, id);
  if (message === undefined) throw fault('hl7.noMessage', 404, 'not-found', 'There is no such message.');
  const { text } = decodeBytes(message.bytes, message.charset);
  const attempts = await attemptsOf(db, message.seq);
  const edits = await editsOf(db, id);
  const { direction, partner, receivedAt, event, controlId, version, charset, charsetRule, state } = message;
  return {
    ...{ id, direction, partner, receivedAt, event, controlId, version, charset, charsetRule, state },
    size: message.bytes.length,
    attempts: message.attempts,
    ...given({
      partnerName: partners.byId(partner)?.name,
      parent: message.parent,
      remoteAddress: message.remoteAddress,
      reason: message.reason,
      note: message.note,
      task: message.task,
      endedAt: message.endedAt,
      replyCode: message.replyCode,
      text: editableText(text),
      outcome: outcomeTexts(message.outcome),
    }),
    resources: message.resources.slice(0, MOST_PLACES),
    superseded: message.superseded.slice(0, MOST_PLACES),
    unread: message.unread.slice(0, MOST_PLACES),
    ...content(text),
    tried: attempts.map(({ at, kind, ...facts }) => ({ at, kind, ...given({ ...facts }) })),
    edits: edits.map(({ id: proposal, state: decision, author, explanation, at, decidedBy, bytes }) => ({
      ...{ id: proposal, state: decision, author, explanation, at },
      ...given({ decidedBy, text: editableText(decodeBytes(bytes, message.charset).text) }),
    })),
  };
}

function content(text: string): JsonObject {
  try {
    const { segments, left } = bounded(segmentViews(parseMessage(text)));
    return {
      segments: segments.map(({ place, name, fields }) => ({
        place,
        ...given({ name }),
        fields: fields.map((field) => ({
          place: field.place,
          ...given({ name: field.name === '' ? undefined : field.name, value: field.value }),
        })),
      })),
      ...(left === 0 ? {} : { fieldsLeft: left }),
    };
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    return { segments: [], unreadable: error.message };
  }
}

function bounded(views: readonly SegmentView[]): { readonly segments: readonly SegmentView[]; readonly left: number } {
  const segments: SegmentView[] = [];
  let room = MOST_FIELDS;
  let left = 0;
  for (const view of views) {
    const fields = view.fields.slice(0, room);
    left += view.fields.length - fields.length;
    room -= fields.length;
    if (fields.length > 0) segments.push({ ...view, fields });
  }
  return { segments, left };
}

/** What the server had against it, in its words. */
function outcomeTexts(outcome: unknown): readonly string[] | undefined {
  const { issue } = (outcome ?? {}) as { readonly issue?: readonly OutcomeIssue[] };
  return Array.isArray(issue)
    ? (issue as readonly OutcomeIssue[]).flatMap(({ details, diagnostics }) => details?.text ?? diagnostics ?? [])
    : undefined;
}

interface OutcomeIssue {
  readonly details?: { readonly text?: string };
  readonly diagnostics?: string;
}

/** What has a value. */
function given(facts: Readonly<Record<string, string | readonly string[] | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => {
      if (value === null || value === undefined || value.length === 0) return [];
      return [[name, typeof value === 'string' ? value : [...value]]];
    }),
  );
}

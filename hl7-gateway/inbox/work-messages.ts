import type { Log } from '../../server/kernel/log.ts';
import type { Delivered } from '../deliver/delivered.ts';
import type { UnmappedCode } from '../map/mapped-message.ts';
import type { FinishedMessage, WaitedCode } from '../store/finish-messages.ts';
import type { TakenMessage } from '../store/take-messages.ts';
import type { InboxPorts, QueryPort } from './inbox-ports.ts';
import type { MessageError } from './judge-arrival.ts';
import { lateReply } from './late-reply.ts';
import { prepareMessages, type Prepared } from './prepare-message.ts';
import { afterFailure, EXHAUSTED, isGivenUp } from './retry.ts';

export interface Worked {
  readonly finished: readonly FinishedMessage[];
  /** Those that no result counts for: the server did not answer, and no message is at fault. */
  readonly released: readonly number[];
  /** Why it did not answer. */
  readonly down?: string;
}

type Result = Omit<FinishedMessage, 'seq'>;

/** What became of it, beside what its sender is told. `undefined`: nothing, the server is down. */
type Outcome =
  { readonly result: Result; readonly error?: MessageError; readonly reply?: string } | { readonly down: string };

/** Works on messages of different lanes: reads, maps, delivers. Nothing that one of them holds keeps the others. */
export async function workMessages(ports: InboxPorts, log: Log, taken: readonly TakenMessage[]): Promise<Worked> {
  const prepared = await preparedOf(ports, log, taken);
  const outcomes = await outcomesOf(ports, log, taken, prepared);
  const finished: FinishedMessage[] = [];
  const released: number[] = [];
  let down: string | undefined;
  taken.forEach((message, place) => {
    const outcome = outcomes[place];
    if (outcome === undefined || 'down' in outcome) {
      down = outcome?.down ?? down;
      released.push(message.seq);
    } else finished.push(finishedBy(ports, message, prepared[place], outcome));
  });
  return { finished, released, ...(down === undefined ? {} : { down }) };
}

/** Undefined for a message that was with processes that ended: it is not read once more. */
async function preparedOf(
  ports: InboxPorts,
  log: Log,
  taken: readonly TakenMessage[],
): Promise<readonly (Prepared | undefined)[]> {
  const readable = taken.filter((message) => !isGivenUp(message));
  const prepared = await prepareMessages(ports, readable, (err) => log.error({ err }, 'a map failed'));
  return taken.map((message) => prepared[readable.indexOf(message)]);
}

async function outcomesOf(
  ports: InboxPorts,
  log: Log,
  taken: readonly TakenMessage[],
  prepared: readonly (Prepared | undefined)[],
): Promise<readonly (Outcome | undefined)[]> {
  const deliverables = prepared.flatMap((each) => (each?.kind === 'deliver' ? [each.deliverable] : []));
  const delivered = deliverables.length === 0 ? [] : await deliveredBy(ports, log, deliverables);
  let next = 0;
  const outcomes: (Outcome | undefined)[] = [];
  for (const [place, message] of taken.entries()) {
    const each = prepared[place];
    if (each === undefined) outcomes.push({ result: EXHAUSTED, error: INTERNAL });
    else if (each.kind === 'deliver') {
      const one = delivered[next];
      next += 1;
      const { unread, unmappedCodes } = each.deliverable.mapped;
      outcomes.push(one === undefined ? undefined : deliveredOutcome(message, one, unread, unmappedCodes));
    } else if (each.kind === 'query') outcomes.push(await answered(each.queries, log, message, each));
    else outcomes.push(undelivered(message, each));
  }
  return outcomes;
}

const INTERNAL: MessageError = { location: 'MSH', code: '207', text: 'It could not be applied.' };

async function deliveredBy(
  ports: InboxPorts,
  log: Log,
  deliverables: Parameters<InboxPorts['deliver']>[0],
): Promise<readonly Delivered[]> {
  try {
    return await ports.deliver(deliverables);
  } catch (err) {
    log.error({ err }, 'delivery failed');
    return deliverables.map(() => ({ kind: 'retry', reason: 'Delivery failed; the log has where.', isDown: false }));
  }
}

async function answered(
  queries: QueryPort,
  log: Log,
  message: TakenMessage,
  { read }: Extract<Prepared, { readonly kind: 'query' }>,
): Promise<Outcome> {
  try {
    const answer = await queries.answer(read.message, read.partner);
    if (answer.kind === 'answered') return { result: { state: 'applied' }, reply: answer.reply };
    if (answer.isDown) return { down: answer.reason };
    return { result: afterFailure(message, answer.reason), error: INTERNAL };
  } catch (err) {
    log.error({ err, message: message.id }, 'a query failed');
    return { result: afterFailure(message, 'The query failed; the log has where.'), error: INTERNAL };
  }
}

function undelivered(
  message: TakenMessage,
  prepared: Exclude<Prepared, { readonly kind: 'deliver' | 'query' }>,
): Outcome {
  switch (prepared.kind) {
    case 'homeless':
      return { result: afterFailure(message, 'Its partner is not configured any more.'), error: INTERNAL };
    case 'early':
      return { down: 'the server has not said yet which modules it has' };
    case 'empty':
      return { result: { state: 'ignored', reason: 'empty', unread: prepared.mapped.unread } };
    case 'parked':
      return {
        result: {
          state: 'parked',
          reason: prepared.reason,
          note: `${prepared.error.location}: ${prepared.error.text}`,
        },
        error: prepared.error,
      };
  }
}

function deliveredOutcome(
  message: TakenMessage,
  delivered: Delivered,
  unread: readonly string[],
  unmapped: readonly UnmappedCode[],
): Outcome {
  const codes: readonly WaitedCode[] | undefined = unmapped.length === 0 ? undefined : unmapped;
  const told = { unread, ...(codes === undefined ? {} : { codes }) };
  switch (delivered.kind) {
    case 'applied': {
      const { resources, superseded } = delivered;
      const state = resources.length === 0 && superseded.length > 0 ? 'superseded' : 'applied';
      return { result: { state, resources, superseded, ...told } };
    }
    case 'parked': {
      const { reason, text, task, outcome } = delivered;
      const error: MessageError = { location: 'MSH', code: reason.startsWith('patient') ? '204' : '207', text };
      const result: Result = {
        state: 'parked',
        reason,
        note: text,
        ...(task === undefined ? {} : { task }),
        ...(outcome === undefined ? {} : { outcome }),
        ...told,
      };
      return { result, error };
    }
    case 'retry':
      if (delivered.isDown) return { down: delivered.reason };
      return { result: afterFailure(message, delivered.reason), error: INTERNAL };
  }
}

function finishedBy(
  ports: InboxPorts,
  message: TakenMessage,
  prepared: Prepared | undefined,
  outcome: Extract<Outcome, { readonly result: Result }>,
): FinishedMessage {
  const finished: FinishedMessage = { seq: message.seq, ...outcome.result };
  if (finished.state === 'failed' || prepared === undefined) return finished;
  if (prepared.kind === 'homeless' || prepared.kind === 'early') return finished;
  const { partner, message: read, charset } = prepared.read;
  const repliesWhenApplied = partner.replies.replyWhen === 'applied' || prepared.kind === 'query';
  return {
    ...finished,
    ...lateReply({
      message: read,
      charset,
      now: ports.now(),
      replyCode: message.replyCode,
      repliesWhenApplied,
      ...(outcome.error === undefined ? {} : { error: outcome.error }),
      ...(outcome.reply === undefined ? {} : { text: outcome.reply }),
    }),
  };
}

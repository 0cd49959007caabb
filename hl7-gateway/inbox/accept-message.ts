import { uuidv7 } from '../../server/kernel/id.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import type { ArrivedMessage, Stored } from '../store/insert-messages.ts';
import type { Store } from '../store/open-store.ts';
import { storedReply } from '../store/stored-replies.ts';
import type { GroupCommit } from './group-commit.ts';
import type { InboundLink, InboxPorts } from './inbox-ports.ts';
import { judgeArrival, type Verdict } from './judge-arrival.ts';
import { lanesOf, ownLane } from './lanes.ts';
import { factsOf } from './message-refs.ts';
import { LINK_START, storeNumbered } from './number-message.ts';
import type { Outcomes } from './outcomes.ts';
import { readArrival, type Arrival } from './read-arrival.ts';
import { planReply, refusalOf, replyOf, type Reply, type ReplyFacts, type ReplyPlan } from './replies.ts';

export interface AcceptContext {
  readonly store: Store;
  readonly commit: GroupCommit;
  readonly outcomes: Outcomes;
  readonly ports: InboxPorts;
  /** Whether one more message may be kept of senders that are not known. */
  mayKeepUnknown(): boolean;
  /** A message came. @returns to be called when it has been stored, or could not be */
  beginStoring(): () => void;
  /** There is work. */
  wake(): void;
  /** Milliseconds that a sender waits for its message to be applied, where that is agreed. */
  readonly appliedPatience: number;
}

const REUSED = { location: 'MSH^1^10', code: '205', text: 'Another message had this control id.' } as const;
const NOT_YET = { location: 'MSH', code: '207', text: 'It is stored, but not applied yet; send it again.' } as const;

interface Planned {
  readonly facts: ReplyFacts;
  readonly plan: ReplyPlan;
  readonly refusal: Reply | undefined;
}

/**
 * From the bytes of one message to its reply. Whatever the reply says is on disk before: the bytes, what is to become of them, and
 * the reply itself, which a repetition of the message gets again.
 *
 * @param parent id of the batch that it came in
 * @throws StoreUnavailable when nothing could be stored: the sender gets no reply, and keeps its message
 */
export async function acceptMessage(
  context: AcceptContext,
  bytes: Uint8Array,
  link: InboundLink,
  parent?: string,
): Promise<{ readonly arrival: Arrival; readonly reply: Uint8Array | undefined }> {
  const { ports } = context;
  const arrival = readArrival(bytes, link, ports.partners);
  const { partner, message } = arrival;
  const now = ports.now();
  const id = uuidv7(now);
  const numbered = partner?.replies.usesSequenceNumbers === true && !(message instanceof ParseFailure);
  const sent = numbered ? message.header.get(13, 1).trim() : '';
  const verdict = sent === '0' || sent === '-1' ? LINK_START : judgeArrival(arrival, ports);
  const build = (decided: Verdict, sequence?: number): { message: ArrivedMessage; plan: Planned } => {
    const plan = planOf(arrival, ports, decided, now, sequence);
    return { message: arrivedMessage(arrival, { id, now, decided, plan, parent }, ports), plan };
  };
  if (partner === undefined && !context.mayKeepUnknown()) {
    const { plan } = build(verdict).plan;
    return { arrival, reply: plan.when === 'stored' ? plan.reply?.bytes : undefined };
  }
  const endStoring = context.beginStoring();
  const { stored, plan } = await (
    numbered ? storeNumbered(context.store, partner.id, sent, verdict, build) : storePlain(context, build(verdict))
  ).finally(endStoring);
  context.wake();
  return { arrival, reply: await replyFor(context, stored, plan) };
}

async function storePlain(
  context: AcceptContext,
  { message, plan }: { readonly message: ArrivedMessage; readonly plan: Planned },
): Promise<{ readonly stored: Stored; readonly plan: Planned }> {
  return { stored: await context.commit.store(message), plan };
}

function planOf(
  arrival: Arrival,
  ports: InboxPorts,
  verdict: Verdict,
  now: number,
  sequence: number | undefined,
): Planned {
  const { message, partner, decoded } = arrival;
  const facts: ReplyFacts = {
    message,
    charset: decoded.charset,
    at: new Date(now),
    ...(sequence === undefined ? {} : { sequence }),
  };
  const isQuery = !(message instanceof ParseFailure) && ports.queries?.isQuery(message) === true;
  const plan = planReply(facts, verdict, isQuery || partner?.replies.replyWhen === 'applied');
  const refuses = partner?.replies.hasUniqueControlIds === true;
  return { facts, plan, refusal: refuses ? refusalOf(facts, 'R', REUSED) : undefined };
}

async function replyFor(
  { store, outcomes, appliedPatience }: AcceptContext,
  stored: Stored,
  { facts, plan, refusal }: Planned,
): Promise<Uint8Array | undefined> {
  if (stored.isRefused) return refusal?.bytes;
  if (plan.when === 'stored') {
    if (plan.reply === undefined || !stored.isRepetition) return plan.reply?.bytes;
    return (await storedReply(store, stored.seq))?.reply;
  }
  return (await outcomes.replyTo(stored.seq, appliedPatience)) ?? replyOf(facts, 'AE', NOT_YET).bytes;
}

interface Decided {
  readonly id: string;
  readonly now: number;
  readonly decided: Verdict;
  readonly plan: Planned;
  readonly parent: string | undefined;
}

function arrivedMessage(
  arrival: Arrival,
  { id, now, decided, plan, parent }: Decided,
  ports: InboxPorts,
): ArrivedMessage {
  const { message, partner, link, decoded } = arrival;
  const receivedAt = new Date(now).toISOString();
  const parsed = message instanceof ParseFailure ? undefined : message;
  const isOrdered = partner !== undefined && parsed !== undefined && ports.queries?.isQuery(parsed) !== true;
  const reply = plan.plan.when === 'stored' ? plan.plan.reply : undefined;
  return {
    id,
    partner: partner?.id ?? '',
    localPort: link.localPort,
    remoteAddress: link.remoteAddress,
    ...(link.certificate === undefined ? {} : { certificate: link.certificate }),
    receivedAt,
    bytes: arrival.bytes,
    sha256: arrival.sha256,
    charset: decoded.charset,
    charsetRule: decoded.rule,
    ...factsOf(parsed),
    lanes: isOrdered
      ? lanesOf(parsed, partner.id, ports.partners.contextOf(partner, receivedAt).systems)
      : [ownLane(id)],
    ...(parent === undefined ? {} : { parent }),
    ...courseOf(decided),
    ...(reply === undefined ? {} : { reply: reply.bytes, replyCode: reply.code }),
    refusesReuse: partner?.replies.hasUniqueControlIds === true,
    ...(plan.refusal === undefined ? {} : { refusal: plan.refusal.bytes, refusalCode: plan.refusal.code }),
  };
}

/** What waits for a person is put aside by who works on it: there its Task is made, and its late reply. */
function courseOf(verdict: Verdict): Pick<ArrivedMessage, 'state' | 'reason' | 'note'> {
  if (verdict.state === 'received' || verdict.state === 'parked') return { state: 'received' };
  if (verdict.state === 'ignored') return verdict;
  return { state: 'rejected', reason: verdict.reason, note: verdict.error.text };
}

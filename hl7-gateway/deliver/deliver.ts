import { setTimeout as delay } from 'node:timers/promises';
import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { isDown, Unreachable } from '../client/http-call.ts';
import { SignInRefused } from '../client/sign-in.ts';
import type { DeliverableMessage, Delivered } from './delivered.ts';
import { makePlan, type Plan } from './plan/make-plan.ts';
import type { Target } from './plan/target.ts';
import { listOf, SearchRefused } from './read/read-bundle.ts';
import { readStored, type Stored } from './read/stored.ts';
import { isRace, refusalOf, type Refusal } from './write/refusal.ts';
import { transactionOf, type Transaction } from './write/transaction.ts';

/** What is not parked by its Task yet. */
export type Outcome =
  Exclude<Delivered, { readonly kind: 'parked' }> | Omit<Extract<Delivered, { readonly kind: 'parked' }>, 'task'>;

/** Attempts against others who write the same at once. */
const ATTEMPTS = 6;

export interface ApplyPorts {
  readonly client: FhirClient;
  /** Told of errors of the gateway itself; the message is tried again. */
  onError(error: unknown): void;
}

/**
 * Applies messages of different patients: one read, one transaction. What one of them does not stand does not keep the others.
 * @param isCalm false once one of them was refused: then the next refusal takes all of them apart
 * @returns an answer a message, in their order; never throws
 */
export async function apply(
  ports: ApplyPorts,
  messages: readonly DeliverableMessage[],
  isCalm = true,
): Promise<readonly Outcome[]> {
  // $merge runs after all else of its transaction: what others say of the same patients must not come before it.
  const isAlone = messages.length > 1 && messages.some(({ mapped }) => mapped.merges.length > 0);
  try {
    return isAlone ? await oneByOne(ports, messages) : await together(ports, messages, isCalm);
  } catch (error) {
    const outcome = failure(error);
    if (outcome === undefined && messages.length > 1) return oneByOne(ports, messages);
    if (outcome === undefined) ports.onError(error);
    return messages.map(() => outcome ?? { kind: 'retry', reason: 'an error of the gateway', isDown: false });
  }
}

async function oneByOne(ports: ApplyPorts, messages: readonly DeliverableMessage[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const message of messages) outcomes.push(...(await apply(ports, [message])));
  return outcomes;
}

async function together(
  ports: ApplyPorts,
  messages: readonly DeliverableMessage[],
  isCalm: boolean,
): Promise<readonly Outcome[]> {
  const { client } = ports;
  let refusal: Refusal | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Those who collided would collide again.
    if (attempt > 0) await delay(Math.random() * 20 * 2 ** attempt);
    let stored: Stored;
    try {
      stored = await readStored(client, messages);
    } catch (error) {
      if (!(error instanceof SearchRefused)) throw error;
      const why = refusalOf(error.status, error.outcome);
      return messages.length === 1 ? [refused(why)] : oneByOne(ports, messages);
    }
    const plan = makePlan(messages, stored);
    const transaction = transactionOf(messages, plan);
    if (transaction.entries.length === 0) return outcomesOf(messages, plan, stored, new Map());
    const { status, body } = await client.send({ method: 'POST', path: '', body: transaction.bundle });
    if (status === 200) return outcomesOf(messages, plan, stored, madeBy(transaction, body));
    refusal = refusalOf(status, body);
    if (!isRace(refusal)) return apart(ports, messages, transaction, refusal, isCalm);
  }
  if (messages.length > 1) return oneByOne(ports, messages);
  if (refusal?.status === 409) return [refused(refusal)];
  return [{ kind: 'retry', reason: 'others write the same at once', isDown: false }];
}

/** Without the one at fault, where it is known who that is; else each alone. */
async function apart(
  ports: ApplyPorts,
  messages: readonly DeliverableMessage[],
  transaction: Transaction,
  refusal: Refusal,
  isCalm: boolean,
): Promise<readonly Outcome[]> {
  if (messages.length === 1) return [refused(refusal)];
  const [guilty, ...others] = transaction.entries[refusal.entry ?? -1]?.messages ?? [];
  if (guilty === undefined || others.length > 0 || !isCalm) return oneByOne(ports, messages);
  const rest = messages.filter((_, place) => place !== guilty);
  const innocent = await apply(ports, rest, false);
  return [...innocent.slice(0, guilty), refused(refusal), ...innocent.slice(guilty)];
}

function refused({ text, outcome }: Refusal): Outcome {
  return { kind: 'parked', reason: 'refused', text, codes: [], outcome };
}

/** Of the server; undefined: an error of the gateway. */
function failure(error: unknown): Outcome | undefined {
  if (error instanceof SignInRefused) return { kind: 'retry', reason: error.message, isDown: true };
  return error instanceof Unreachable ? { kind: 'retry', reason: error.message, isDown: isDown(error) } : undefined;
}

/** `Type/id` of what is new, by its target. */
function madeBy({ entries }: Transaction, answer: JsonObject): ReadonlyMap<Target, string> {
  const made = new Map<Target, string>();
  for (const [place, { response }] of listOf(answer.entry).entries()) {
    const target = entries[place]?.target;
    const location = isObject(response) && typeof response.location === 'string' ? response.location : '';
    const name = /([A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(location)?.[1];
    if (target !== undefined && name !== undefined) made.set(target, name);
  }
  return made;
}

function outcomesOf(
  messages: readonly DeliverableMessage[],
  plan: Plan,
  stored: Stored,
  made: ReadonlyMap<Target, string>,
): readonly Outcome[] {
  const nameOf = (target: Target): string => made.get(target) ?? target.reference;
  return messages.map(({ id, mapped }, place): Outcome => {
    const planned = plan.messages[place];
    if (planned === undefined) return { kind: 'applied', resources: stored.applied(id) ?? [], superseded: [] };
    if (!('reason' in planned)) {
      return { kind: 'applied', resources: planned.targets.map(nameOf), superseded: planned.superseded.map(nameOf) };
    }
    const { reason, text } = planned;
    const codes = reason === 'unmapped-code' ? mapped.unmappedCodes.filter(({ isRequired }) => isRequired) : [];
    return { kind: 'parked', reason, text, codes };
  });
}

import type { Store } from '../store/open-store.ts';
import { requeueMessages } from '../store/requeue-messages.ts';
import {
  answeredMessages,
  keepCodeTask,
  markAnswered,
  outdatedMessages,
  untoldCodes,
} from '../store/unmapped-codes.ts';
import type { CodeAnswer, WorkItems } from './inbox-ports.ts';

const MOST = 200;

/** A Task for each code that nobody has been told of. */
export async function raiseCodes(store: Store, workItems: WorkItems): Promise<void> {
  for (const { id, partner, display, ...code } of await untoldCodes(store, MOST)) {
    const task = await workItems.raiseCode(partner, { ...code, ...(display === null ? {} : { display }) });
    await keepCodeTask(store, id, task);
  }
}

/**
 * Takes the answers of people, and puts the messages that waited for them back into their lanes.
 *
 * @returns how many
 */
export async function freeAnswered(store: Store, workItems: WorkItems): Promise<number> {
  for (const answer of await workItems.takeCodeAnswers()) await markAnswered(store, answer);
  const ids = await answeredMessages(store, MOST);
  if (ids.length === 0) return 0;
  return (await requeueMessages(store, ids, ['parked'], 'answered code')).length;
}

/**
 * Has what was applied with the partner's own code applied once more, now that the code has an answer.
 *
 * @param agent who wants it
 * @returns ids of messages; as many as 200: there are more
 */
export async function reapplyWithAnswer(store: Store, answer: CodeAnswer, agent: string): Promise<readonly string[]> {
  const ids = await outdatedMessages(store, answer, MOST);
  return requeueMessages(store, ids, ['applied', 'superseded'], agent);
}

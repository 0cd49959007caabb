import type { ParkReason } from '../deliver/delivered.ts';
import type { Store } from '../store/open-store.ts';
import { forgetTask, keepTask, settledTasks, untoldMessages } from '../store/work-items.ts';
import type { WorkItems } from './inbox-ports.ts';

const MOST = 200;

/**
 * Tells people of messages that wait for them. The messages are put aside first, and their lanes go on; whether the server takes the
 * Task at that moment does not matter.
 */
export async function tellParked(store: Store, workItems: WorkItems): Promise<void> {
  for (const { seq, reason, note, ...message } of await untoldMessages(store, MOST)) {
    const task = await workItems.park({ ...message, reason: reason as ParkReason, text: note });
    await keepTask(store, seq, task);
  }
}

/** Closes the Tasks of messages that have been applied or dismissed since. */
export async function closeSettled(store: Store, workItems: WorkItems): Promise<void> {
  for (const { seq, task } of await settledTasks(store, MOST)) {
    await workItems.close(task);
    await forgetTask(store, seq);
  }
}

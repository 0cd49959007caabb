import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { ownThread } from './thread-cpu.ts';

/** Bots give way to requests: beside a busy thread, one of bots gets about 1.5 % of a core. */
const NICE = 19;

/**
 * On Linux threads have priorities of their own: those that compile and collect garbage for bots give way like bots, and the
 * main thread, which watches their limits, does not. Elsewhere the whole process does.
 */
export function processGivesWay(): void {
  if (ownThread() === undefined) setNice(process.pid);
  else for (const thread of readdirSync('/proc/self/task').map(Number)) if (thread !== process.pid) setNice(thread);
}

export function threadGivesWay(): void {
  const thread = ownThread();
  if (thread !== undefined) setNice(thread);
}

function setNice(id: number): void {
  try {
    setPriority(id, NICE);
  } catch {
    // A system that does not let it, or a thread that has ended, changes nothing else.
  }
}

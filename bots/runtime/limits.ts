/** What one run of a bot may use. */
export interface Limits {
  /** Milliseconds of a processor; by the clock where the system does not tell. */
  readonly cpu: number;
  /** Milliseconds from its start to its end, with what it waits for. */
  readonly wall: number;
  readonly hostCalls: number;
}

export const DEFAULT_LIMITS: Limits = { cpu: 1000, wall: 30_000, hostCalls: 100 };

/** Bytes of everything that a virtual machine has in memory. */
export const MEMORY = 32 * 1024 * 1024;

/** Bytes of the stack; deeper recursion fails. */
export const STACK = 256 * 1024;
/** Characters that a bot may send in one piece, and in one run: they are read where requests are answered too. */
export const MAX_TEXT = 1024 * 1024;
export const MAX_SENT = 4 * 1024 * 1024;
/** Characters of an answer to it. */
export const MAX_ANSWER = 4 * 1024 * 1024;
export const MAX_LOG_LINES = 100;
export const MAX_LOG_LINE = 500;

/** How much later than its limits a run has ended, whatever it does; ms. */
export const GRACE = 200;

/** What was asked for, as far as the server's own limits go. */
export function limitsWithin(most: Limits, asked: Partial<Limits>): Limits {
  const least = (name: keyof Limits): number => Math.max(1, Math.min(most[name], asked[name] ?? most[name]));
  return { cpu: least('cpu'), wall: least('wall'), hostCalls: least('hostCalls') };
}

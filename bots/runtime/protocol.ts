import type { Limits } from './limits.ts';

/** What a thread is asked to run. Everything that goes into the bot and comes out of it is text. */
export interface RunRequest {
  /** A script that sets `bot` to the module's exports, see compile.ts. */
  readonly code: string;
  /** JSON text of the event; undefined: the module is loaded, and its bot is not called. */
  readonly event: string | undefined;
  readonly limits: Limits;
  /** Milliseconds: the time at the start. */
  readonly now: number;
}

/**
 * Why a run failed. `error`: the bot threw; `load`: its module cannot be loaded; `stalled`: it waits for something that
 * never comes; `too-large`: what it returned; `crashed`: the virtual machine broke.
 */
export type Failure =
  'error' | 'load' | 'cpu' | 'wall' | 'memory' | 'stack' | 'host-calls' | 'stalled' | 'too-large' | 'crashed';

export interface RunUse {
  /** Milliseconds. */
  readonly cpu: number;
  readonly hostCalls: number;
  /** What the bot logged: bounded, and by the bot's author alone. */
  readonly log: readonly LogLine[];
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** What the bot threw. */
export interface BotError {
  readonly name: string;
  /** Of a refusal by the server: `rest.versionConflict`. */
  readonly code?: string;
  /** May hold anything that the bot has seen. */
  readonly message: string;
  /** Lines and columns of the bot's source, the innermost first: `bot.ts:3:14`. */
  readonly places: readonly string[];
}

export type RunEnd = RunUse &
  (
    | { readonly outcome: 'success'; /** JSON text; undefined for nothing. */ readonly result: string | undefined }
    | { readonly outcome: 'failure'; readonly failure: Failure; readonly error?: BotError }
  );

interface Answer {
  readonly kind: 'answer';
  readonly run: number;
  readonly call: number;
  readonly isError: boolean;
  readonly text: string;
}

export type ToThread =
  | { readonly kind: 'run'; readonly run: number; readonly request: RunRequest; readonly clock: SharedArrayBuffer }
  | Answer
  | { readonly kind: 'stop'; readonly run: number };

export type FromThread =
  | { readonly kind: 'call'; readonly run: number; readonly call: number; readonly name: string; readonly text: string }
  | { readonly kind: 'end'; readonly run: number; readonly end: RunEnd };

/** Between the server and the process in which the threads are. */
export type ToProcess = { readonly kind: 'run'; readonly run: number; readonly request: RunRequest } | Answer;

export type FromProcess = FromThread | { readonly kind: 'error'; readonly text: string };

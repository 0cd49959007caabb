import type { Limits } from '../../bots/runtime/limits.ts';
import type { CallAnswer } from '../../bots/runtime/pool.ts';
import type { RunEnd } from '../../bots/runtime/protocol.ts';
import type { BotSource } from './bot-code.ts';

/** What runs bots; filled from boot by bots/runtime. */
export interface BotRuntime {
  /**
   * A script for the sandbox.
   * @throws Fault `bot.notCompiled` 422 that says where the source is wrong
   */
  compile(source: BotSource): Promise<string>;
  /**
   * Runs it; resolves when it has ended.
   * @throws Fault `bot.busy` 503
   */
  run(run: {
    readonly tenant: number;
    readonly code: string;
    /** Undefined: the code is loaded and not called. */
    readonly event: string | undefined;
    /** Within the runtime's own. */
    readonly limits: Partial<Limits>;
    /** Milliseconds. */
    readonly now: number;
    call(name: string, text: string): Promise<CallAnswer>;
  }): Promise<RunEnd>;
}

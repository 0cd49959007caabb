import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Fault } from '../../../kernel/fault.ts';
import type { UserContext } from '../user-context.ts';

/** One thing that a command of the shell does: `athanor user VERB …`. */
export interface Verb {
  readonly name: string;
  /** Words behind the verb: `LOGIN`, `PRACTITIONER ROLE`. */
  readonly takes: readonly string[];
  readonly options: Readonly<Record<string, VerbOption>>;
  readonly text: string;
  /** @returns what to print, without a line's end */
  run(users: UserContext, words: readonly string[], options: VerbOptions): Promise<string>;
}

interface VerbOption {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  /** What stands behind it in the usage. */
  readonly value?: string;
}

/** Options that were given; a boolean one as `true`. */
export class VerbOptions {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws UsageError */
  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text.trim() === '') throw new UsageError(`--${name} is missing`);
    return text;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  /** Number of a tenant; the first one when it is not said. @throws UsageError */
  tenant(): number {
    const text = this.text('tenant') ?? '1';
    if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 32_767) return Number(text);
    throw new UsageError('--tenant takes the number of a tenant; athanor tenant list shows them');
  }
}

export class UsageError extends Error {}

/** Where texts go. */
export interface VerbOutput {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/**
 * Runs one of the verbs.
 * @param open not called for help or wrong arguments
 * @returns exit code: 0 done, 1 refused, 2 wrong arguments
 */
export async function runVerb(
  command: string,
  verbs: readonly Verb[],
  argv: readonly string[],
  open: () => Promise<{ readonly users: UserContext; close(): Promise<void> }>,
  { out, err }: VerbOutput = { out: process.stdout, err: process.stderr },
): Promise<number> {
  const [name = 'help', ...rest] = argv;
  if (name === 'help' || name === '--help') {
    out.write(`${usage(command, verbs)}\n`);
    return 0;
  }
  try {
    const verb = verbs.find((known) => known.name === name);
    if (verb === undefined) throw new UsageError(`there is no "${name}"`);
    const { words, options } = parse(verb, rest);
    const { users, close } = await open();
    try {
      const text = await verb.run(users, words, options);
      if (text !== '') out.write(`${text}\n`);
      return 0;
    } finally {
      await close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      err.write(`athanor ${command}: ${error.message}\n\n${usage(command, verbs)}\n`);
      return 2;
    }
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) err.write(`athanor ${command}: ${text}\n`);
    return 1;
  }
}

function parse(verb: Verb, args: readonly string[]): { words: readonly string[]; options: VerbOptions } {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, { type, multiple = false }] of Object.entries(verb.options)) options[name] = { type, multiple };
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    if (positionals.length !== verb.takes.length) {
      throw new Error(`${verb.name} takes ${verb.takes.length === 0 ? 'options only' : verb.takes.join(' ')}`);
    }
    return { words: positionals, options: new VerbOptions(values) };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function usage(command: string, verbs: readonly Verb[]): string {
  const lines = verbs.map(({ name, takes, options, text }) => {
    const optional = Object.entries(options).map(([option, { type, value = 'TEXT', multiple }]) => {
      const shown = type === 'boolean' ? `--${option}` : `--${option} ${value}`;
      return multiple === true ? `[${shown}]…` : `[${shown}]`;
    });
    return `  athanor ${[command, name, ...takes, ...optional].join(' ')}\n      ${text}`;
  });
  return `usage:\n${lines.join('\n')}`;
}

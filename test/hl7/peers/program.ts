import { spawn } from 'node:child_process';
import { eventually } from '../../harness/eventually.ts';

/** Debian's own, for which python3-hl7 is installed. */
export const PYTHON = '/usr/bin/python3';

export interface Program {
  /** What it printed so far. */
  output(): string;
  /** Waits until it printed this. @throws Error with all it printed otherwise */
  prints(expected: string | RegExp): Promise<void>;
  write(text: string): void;
  endInput(): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

/** A program of somebody else's; standard output and error together. */
export function startProgram(command: string, parameters: readonly string[]): Program {
  const child = spawn(command, parameters, { stdio: 'pipe' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    output: () => output,
    async prints(expected) {
      const printed = (text: string) => (typeof expected === 'string' ? text.includes(expected) : expected.test(text));
      if (!printed(await eventually(() => output, printed))) throw new Error(`${command} printed: ${output}`);
    },
    write: (text) => void child.stdin.write(text, 'latin1'),
    endInput: () => child.stdin.end(),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

import { demoCommand } from './commands/demo.ts';
import { importCommand } from './commands/import.ts';
import { ConfigError } from './config.ts';

/** Runs `athanor import …` or `athanor demo`; resolves to the exit code. */
export async function runCommand(name: 'import' | 'demo', argv: readonly string[]): Promise<number> {
  try {
    return name === 'import' ? await importCommand(argv) : await demoCommand();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`athanor cannot start:\n${error.message}\nAll variables: server/docs/config.md\n`);
    return 1;
  }
}

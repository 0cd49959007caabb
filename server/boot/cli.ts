import { demoCommand } from './commands/demo.ts';
import { importCommand } from './commands/import.ts';
import { packageCommand } from './commands/package.ts';
import { terminologyCommand } from './commands/terminology.ts';
import { validateCommand } from './commands/validate.ts';
import { ConfigError } from './config.ts';

const COMMANDS = {
  import: importCommand,
  validate: validateCommand,
  demo: demoCommand,
  package: packageCommand,
  terminology: terminologyCommand,
};

/** Runs `athanor NAME …`; resolves to the exit code. */
export async function runCommand(name: keyof typeof COMMANDS, argv: readonly string[]): Promise<number> {
  try {
    return await COMMANDS[name](argv);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`athanor cannot start:\n${error.message}\nAll variables: server/docs/config.md\n`);
    return 1;
  }
}

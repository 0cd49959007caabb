import { RegistryError } from '../registry/registry-error.ts';
import { apiKeyCommand } from './commands/api-key.ts';
import { auditCommand } from './commands/audit.ts';
import { botCommand } from './commands/bot.ts';
import { clientCommand } from './commands/client.ts';
import { demoCommand } from './commands/demo.ts';
import { hl7Command } from './commands/hl7.ts';
import { importCommand } from './commands/import.ts';
import { keysCommand } from './commands/keys.ts';
import { moduleCommand } from './commands/module.ts';
import { packageCommand } from './commands/package.ts';
import { projectionCommand } from './commands/projection.ts';
import { roleCommand } from './commands/role.ts';
import { tenantCommand } from './commands/tenant.ts';
import { terminologyCommand } from './commands/terminology.ts';
import { userCommand } from './commands/user.ts';
import { validateCommand } from './commands/validate.ts';
import { ConfigError } from './config.ts';

const COMMANDS = {
  'api-key': apiKeyCommand,
  audit: auditCommand,
  bot: botCommand,
  client: clientCommand,
  keys: keysCommand,
  tenant: tenantCommand,
  hl7: hl7Command,
  import: importCommand,
  validate: validateCommand,
  demo: demoCommand,
  module: moduleCommand,
  package: packageCommand,
  projection: projectionCommand,
  role: roleCommand,
  terminology: terminologyCommand,
  user: userCommand,
};

/** Runs `athanor NAME …`; resolves to the exit code. */
export async function runCommand(name: keyof typeof COMMANDS, argv: readonly string[]): Promise<number> {
  try {
    return await COMMANDS[name](argv);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof RegistryError)) throw error;
    process.stderr.write(`athanor cannot start:\n${error.message}\nAll variables: server/docs/config.md\n`);
    return 1;
  }
}

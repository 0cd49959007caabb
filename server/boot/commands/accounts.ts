import { openAudit } from '../../audit/open-audit.ts';
import { runVerb, type Verb } from '../../auth/users/command/verb.ts';
import type { UserContext } from '../../auth/users/user-context.ts';
import { createLog } from '../../kernel/log.ts';
import { ConfigError, readConfig } from '../config.ts';
import { openAccounts } from '../open-accounts.ts';
import { openClinic } from '../open-clinic.ts';
import { openSharedDatabase } from './shared-database.ts';

interface OpenAccounts {
  readonly users: UserContext;
  close(): Promise<void>;
}

/** Runs a command on the accounts of people; resolves to the exit code. */
export function runOnAccounts(command: string, verbs: readonly Verb[], argv: readonly string[]): Promise<number> {
  return runVerb(command, verbs, argv, () => open(command));
}

async function open(command: string): Promise<OpenAccounts> {
  const config = readConfig(process.env);
  if (config.auth === 'off') {
    throw new ConfigError(
      'AUTH: must be on, as for the server whose accounts these are; while it is off nobody signs in.',
    );
  }
  const database = await openSharedDatabase(config);
  try {
    const onError = (error: unknown): void => void process.stderr.write(`athanor ${command}: ${String(error)}\n`);
    const { connectionString } = database;
    const clinic = await openClinic({ config, connectionString, log: createLog('warn', command), onError });
    const { opened } = clinic;
    const { engine } = opened;
    const now = (): number => Date.now();
    const audit =
      config.audit === 'on' ? openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now, onError }) : undefined;
    const users = openAccounts({ config, opened, audit, now, onError });
    return {
      users,
      async close() {
        await users.mailer?.close();
        await clinic.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

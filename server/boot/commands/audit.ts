import { join } from 'node:path';
import { headFolder } from '../../audit/chain/head-folder.ts';
import { runAudit } from '../../audit/cli.ts';
import { ConfigError, readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

/** `athanor audit …`; resolves to the exit code. */
export function auditCommand(argv: readonly string[]): Promise<number> {
  return runAudit(argv, async () => {
    const config = readConfig(process.env);
    const database = await openSharedDatabase(config);
    const onError = (error: unknown): void => void process.stderr.write(`athanor audit: ${String(error)}\n`);
    const opened = await openEngine({ ...engineOptions(config, database.connectionString, onError), runsJobs: false });
    const { engine, protection } = opened;
    if (protection === undefined) {
      throw new ConfigError(
        'MASTER_KEY: the audit trail is signed with a key that the master key opens; there is none.',
      );
    }
    return {
      db: engine.db,
      sealer: protection.sealer,
      folder: headFolder(config.auditHeads ?? join(config.dataDir, 'audit-heads')),
      baseUrl: engine.settings.baseUrl,
      async close() {
        await opened.close();
        await database.close();
      },
    };
  });
}

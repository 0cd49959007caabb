import { Worker } from 'node:worker_threads';
import { serverContext } from '../../fhir/request-context.ts';
import { runImport } from '../../import/cli.ts';
import { reportStored } from '../../revalidation/cli.ts';
import { openDb } from '../../storage/db.ts';
import { refreshStatistics } from '../../storage/statistics.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';
import type { ImportThreadData } from './import-thread.ts';

/** Milliseconds; samples of the largest tables take seconds. */
const ANALYZE_TIMEOUT = 600_000;

/** `athanor import …`; resolves to the exit code. */
export function importCommand(argv: readonly string[]): Promise<number> {
  return runImport(argv, async () => {
    const config = readConfig(process.env);
    const { dataDir } = config;
    const { connectionString, close } = await openSharedDatabase(config);
    return {
      dataDir,
      startWorker: ({ dryRun, strict }) =>
        // The build puts this program beside the bundle that this code becomes part of.
        new Worker(new URL('./import-thread.js', import.meta.url), {
          workerData: { connectionString, dryRun, strict } satisfies ImportThreadData,
        }),
      async refreshStatistics() {
        const db = openDb({
          connectionString,
          max: 1,
          statementTimeout: ANALYZE_TIMEOUT,
          poolTimeout: config.poolTimeout,
        });
        try {
          await refreshStatistics(db);
        } finally {
          await db.close();
        }
      },
      async validateSince(since) {
        const onError = (error: unknown): void => void process.stderr.write(`athanor import: ${String(error)}\n`);
        const opened = await openEngine({ ...engineOptions(config, connectionString, onError), runsJobs: false });
        try {
          const { engine } = opened;
          const ctx = serverContext(engine, 1, 'import', engine.settings.baseUrl);
          await reportStored({ engine, ctx, dataDir }, { types: [], since });
        } finally {
          await opened.close();
        }
      },
      close,
    };
  });
}

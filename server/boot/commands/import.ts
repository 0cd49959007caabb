import { Worker } from 'node:worker_threads';
import { runImport } from '../../import/cli.ts';
import { readConfig } from '../config.ts';
import { openSharedDatabase } from './shared-database.ts';
import type { ImportThreadData } from './import-thread.ts';

/** `athanor import …`; resolves to the exit code. */
export function importCommand(argv: readonly string[]): Promise<number> {
  return runImport(argv, async () => {
    const config = readConfig(process.env);
    const { connectionString, close } = await openSharedDatabase(config);
    return {
      dataDir: config.dataDir,
      startWorker: (dryRun) =>
        // The build puts this program beside the bundle that this code becomes part of.
        new Worker(new URL('./import-thread.js', import.meta.url), {
          workerData: { connectionString, dryRun } satisfies ImportThreadData,
        }),
      close,
    };
  });
}

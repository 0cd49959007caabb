import { parentPort, workerData } from 'node:worker_threads';
import { requestContext } from '../../fhir/request-context.ts';
import { serveUnits } from '../../import/worker.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';

export interface ImportThreadData {
  readonly connectionString: string;
  readonly dryRun: boolean;
}

// A Bundle of thousands of entries is one statement, and nobody waits for it at the other end.
const STATEMENT_TIMEOUT = 300_000;

/** Program of a thread that loads what `athanor import` hands to it. */
async function runImportThread({ connectionString, dryRun }: ImportThreadData): Promise<void> {
  if (parentPort === null) throw new Error('this program is a worker thread of athanor import');
  const onError = (error: unknown): void => void process.stderr.write(`athanor import: ${String(error)}\n`);
  const { engine, searchParameters } = await openEngine({
    ...engineOptions(readConfig(process.env), connectionString, onError),
    statementTimeout: STATEMENT_TIMEOUT,
    runsJobs: false,
  });
  const ctx = requestContext(engine, 'import', engine.settings.baseUrl);
  serveUnits(parentPort, { engine, dryRun, ctx: () => ctx, fresh: () => searchParameters.fresh() });
}

await runImportThread(workerData as ImportThreadData);

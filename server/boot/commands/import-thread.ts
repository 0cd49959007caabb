import { parentPort, workerData } from 'node:worker_threads';
import { serverContext } from '../../fhir/request-context.ts';
import { serveUnits } from '../../import/worker.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';

export interface ImportThreadData {
  readonly connectionString: string;
  readonly dryRun: boolean;
  readonly strict: boolean;
}

// A Bundle of thousands of entries is one statement, and nobody waits for it at the other end.
const STATEMENT_TIMEOUT = 300_000;

/** Program of a thread that loads what `athanor import` hands to it. */
async function runImportThread({ connectionString, dryRun, strict }: ImportThreadData): Promise<void> {
  if (parentPort === null) throw new Error('this program is a worker thread of athanor import');
  const onError = (error: unknown): void => void process.stderr.write(`athanor import: ${String(error)}\n`);
  const configured = engineOptions(readConfig(process.env), connectionString, onError);
  const structureOnly = { others: 'structure', byType: new Map() } as const;
  const { engine } = await openEngine({
    ...configured,
    // A dry run tells all that is wrong; what is loaded is validated when everything is there.
    validation: strict || dryRun ? configured.validation : structureOnly,
    statementTimeout: STATEMENT_TIMEOUT,
    runsJobs: false,
  });
  const ctx = serverContext(engine, 1, 'import', engine.settings.baseUrl);
  serveUnits(parentPort, { engine, dryRun, ctx: () => ctx, fresh: () => engine.fresh() });
}

await runImportThread(workerData as ImportThreadData);

import { parentPort, workerData } from 'node:worker_threads';
import { serverContext } from '../../fhir/request-context.ts';
import { serveUnits } from '../../import/worker.ts';
import { createLog } from '../../kernel/log.ts';
import { readConfig } from '../config.ts';
import { openClinic } from '../open-clinic.ts';

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
  const config = readConfig(process.env);
  const structureOnly = { others: 'structure', byType: new Map() } as const;
  const { opened } = await openClinic({
    config,
    connectionString,
    log: createLog('warn', 'import'),
    onError,
    differences: {
      // A dry run tells all that is wrong; what is loaded is validated when everything is there.
      validation: strict || dryRun ? config.validation : structureOnly,
      statementTimeout: STATEMENT_TIMEOUT,
    },
  });
  const { engine } = opened;
  const ctx = serverContext(engine, 1, 'import', engine.settings.baseUrl);
  serveUnits(parentPort, { engine, dryRun, ctx: () => ctx, fresh: () => engine.fresh() });
}

await runImportThread(workerData as ImportThreadData);

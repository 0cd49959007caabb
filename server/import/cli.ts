import type { Worker } from 'node:worker_threads';
import { findInputFiles, type InputFile } from './input-files.ts';
import { IMPORT_USAGE, parseImportOptions, type ImportOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { loadFiles } from './run.ts';
import { importSummary } from './summary.ts';
import { createWorkerPool } from './worker-pool.ts';

/** What an import needs of the process that runs it. */
export interface ImportPorts {
  /** DATA_DIR; rejected lines are kept there. */
  readonly dataDir: string;
  /** Starts a thread that runs serveUnits on the migrated database. */
  startWorker(options: Pick<ImportOptions, 'dryRun' | 'strict'>): Worker;
  /** Called when all is loaded. */
  refreshStatistics(): Promise<void>;
  /** Validates what was stored since a time (ms), and reports it. */
  validateSince(time: number): Promise<void>;
  close(): Promise<void>;
}

/** As shells report a program that SIGINT ended. */
const INTERRUPTED = 130;

/**
 * `athanor import`.
 * @returns exit code: 0 all loaded, 1 something was rejected or could not be read, 2 wrong arguments
 */
export async function runImport(argv: readonly string[], open: () => Promise<ImportPorts>): Promise<number> {
  let options: ImportOptions | undefined;
  let files: readonly InputFile[];
  try {
    options = parseImportOptions(argv);
    files = options === undefined ? [] : findInputFiles(options.paths);
  } catch (error) {
    process.stderr.write(`athanor import: ${messageOf(error)}\n\n${IMPORT_USAGE}\n`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(`${IMPORT_USAGE}\n`);
    return 0;
  }
  const ports = await open();
  const interrupt = (): void => {
    process.stderr.write('\nathanor import: interrupted; start it again to continue.\n');
    void ports.close().finally(() => process.exit(INTERRUPTED));
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    return await importFiles(options, files, ports);
  } catch (error) {
    process.stderr.write(
      `athanor import: ${messageOf(error)}\nStart it again to continue; what is loaded is not loaded twice.\n`,
    );
    return 1;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await ports.close();
  }
}

async function importFiles(options: ImportOptions, files: readonly InputFile[], ports: ImportPorts): Promise<number> {
  const { dryRun } = options;
  const pool = createWorkerPool(Array.from({ length: options.workers }, () => ports.startWorker(options)));
  const startedAt = Date.now();
  try {
    const progress = showProgress(process.stderr, totalSize(files), Date.now);
    const outcome = await loadFiles({ files, pool, progress, dataDir: ports.dataDir, startedAt });
    process.stdout.write(importSummary(outcome, (Date.now() - startedAt) / 1000, dryRun));
    if (!dryRun) await ports.refreshStatistics();
    // What is invalid is stored and reported: a migration must not stop at what the former system took.
    if (!dryRun && !options.strict) await ports.validateSince(startedAt);
    return outcome.rejected.count === 0 ? 0 : 1;
  } finally {
    await pool.close();
  }
}

function totalSize(files: readonly InputFile[]): number | undefined {
  let total = 0;
  for (const { size } of files) {
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

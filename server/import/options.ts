import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface ImportOptions {
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[];
  readonly workers: number;
  /** Validate everything, write nothing. */
  readonly dryRun: boolean;
  /** Refuse what is not valid while loading, instead of reporting it afterwards. */
  readonly strict: boolean;
}

export const IMPORT_USAGE = `usage: athanor import [--workers N] [--dry-run | --strict] FILE|DIR|- …

Loads FHIR resources from NDJSON (one resource or Bundle a line) or JSON files, gzipped or not, in the order given; the
files of a folder in name order. "-" reads standard input. Batch and transaction Bundles are carried out, the content of
collection and searchset Bundles and all other resources are stored under their id, or under a new one when they have none.

  --workers N   threads that parse and write (default: the number of cores)
  --dry-run     validate everything, write nothing, tell what would be rejected
  --strict      reject what is not valid. Without it everything with the right elements and formats is stored, then codes,
                invariants, profiles and rules are checked and what was found is reported
  --help        this text

An interrupted import continues when it is started again with the same input: what is loaded is not loaded twice.
Lines that refer to resources not there yet are tried again at the end. Rejected lines are kept in a file in DATA_DIR.`;

/** @throws Error whose message tells what is wrong with the arguments; `undefined` when help was asked for */
export function parseImportOptions(argv: readonly string[]): ImportOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      workers: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (positionals.length === 0) throw new Error('name at least one file or folder, or "-" for standard input');
  const workers = values.workers === undefined ? availableParallelism() : Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    throw new Error('--workers takes a number from 1 to 64');
  const { 'dry-run': dryRun, strict } = values;
  return { paths: positionals, workers, dryRun, strict };
}

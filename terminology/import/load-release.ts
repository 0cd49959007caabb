import type { BulkConnection } from '../../server/storage/bulk-connection.ts';
import { buildIndexes } from './build-indexes.ts';
import { Problems, UnreadableRelease, type Problem } from './problem.ts';
import { readRelease, type LoadProgress, type ReadJob } from './read-release.ts';
import type { ReleaseFormat } from './release-format.ts';
import { openRelease, type ReleaseInput } from './release-input.ts';
import { dropRelease, lockUrl, stageRelease, stagingSink, switchRelease } from './staging.ts';
import type { RowSink } from './table-writer.ts';

export interface LoadOptions {
  readonly path: string;
  readonly format: ReleaseFormat;
  readonly version?: string;
  /** For formats without a url of their own. */
  readonly url?: string;
  readonly licenceAccepted: boolean;
  /** Leaves the current version current; this one answers when it is asked for by version. */
  readonly keepCurrent?: boolean;
}

export interface LoadReport {
  readonly outcome: 'loaded' | 'valid' | 'rejected';
  readonly url?: string;
  readonly version?: string;
  readonly sha256?: string;
  readonly concepts?: number;
  readonly rows: number;
  /** Whether it continued where a killed load had stopped. */
  readonly isResumed?: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** The first of them. */
  readonly problems: readonly Problem[];
}

/**
 * Loads a release beside those that answer, and switches to it when all of it is there. Started again after it was killed,
 * it leaves out what the database has.
 * @param connection undefined: a dry run, which reads and checks everything and writes nothing
 * @returns what is wrong with the input, when it is rejected: nothing of it stays
 * @throws when the database fails; the next load continues from there
 */
export async function loadRelease(
  options: LoadOptions,
  connection: BulkConnection | undefined,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadReport> {
  const problems = new Problems();
  let rows = 0;
  const report = (outcome: LoadReport['outcome']): LoadReport => ({
    outcome,
    rows,
    errors: problems.errors,
    warnings: problems.warnings,
    problems: problems.kept,
  });
  const { licence } = options.format;
  if (licence !== undefined && !options.licenceAccepted) {
    problems.error(
      options.path,
      undefined,
      `${options.format.title} is licensed: ${licence.name} (${licence.url}). Load it with --accept-licence when you hold that licence`,
    );
    return report('rejected');
  }
  let input: ReleaseInput | undefined;
  try {
    input = await openRelease(options.path);
    const job: ReadJob = {
      format: options.format,
      input,
      problems,
      countRow: () => (rows += 1),
      onProgress: (phase, part) => onProgress({ phase, part, rows }),
    };
    const loaded = await load(options, job, connection);
    return { ...report(loaded.outcome), ...loaded };
  } catch (error) {
    if (!(error instanceof UnreadableRelease)) throw error;
    problems.errors += 1;
    problems.kept.push({
      severity: 'error',
      file: error.file,
      text: error.message,
      ...(error.line === undefined ? {} : { line: error.line }),
    });
    return report('rejected');
  } finally {
    input?.close();
  }
}

const NOWHERE: RowSink = { write: () => Promise.resolve(), settled: () => Promise.resolve() };

type Loaded = Pick<LoadReport, 'outcome' | 'url' | 'version' | 'sha256' | 'concepts' | 'isResumed'>;

async function load(options: LoadOptions, job: ReadJob, connection: BulkConnection | undefined): Promise<Loaded> {
  const { version, url } = options;
  const { format, input, problems, onProgress } = job;
  const identity = await format.identify({ input, version, url });
  onProgress('hashing', 0);
  const sha256 = await input.sha256();
  const named = { url: identity.url, version: identity.version, sha256 };
  if (connection === undefined) {
    const content = await readRelease(job, identity, NOWHERE);
    return { outcome: problems.errors > 0 ? 'rejected' : 'valid', ...named, concepts: content.concepts };
  }
  if (!(await lockUrl(connection, identity.url))) {
    throw new UnreadableRelease(input.name, `another load of ${identity.url} is running; wait for its end`);
  }
  const staged = { ...named, format: format.name };
  const { id, isResumed } = await stageRelease(connection, staged);
  let sink: RowSink = NOWHERE;
  try {
    sink = await stagingSink(connection, id);
    const content = await readRelease(job, identity, sink);
    if (problems.errors > 0) {
      await dropRelease(connection, id);
      return { outcome: 'rejected', ...named };
    }
    await buildIndexes(connection, id, identity.isCaseSensitive, (part) => onProgress('indexing', part));
    await switchRelease(connection, id, staged, content, options.keepCurrent !== true);
    return { outcome: 'loaded', ...named, concepts: content.concepts, isResumed };
  } catch (error) {
    await sink.settled();
    if (error instanceof UnreadableRelease) await dropRelease(connection, id);
    throw error;
  }
}

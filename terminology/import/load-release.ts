import type { BulkConnection } from '../../server/storage/bulk-connection.ts';
import { buildIndexes } from './build-indexes.ts';
import type { ReleaseContent } from '../store/release.ts';
import { finishRelease } from './finish-release.ts';
import { Problems, UnreadableRelease, type Problem } from './problem.ts';
import { ReleaseBuilder } from './release-builder.ts';
import type { ReleaseFormat, ReleaseIdentity } from './release-format.ts';
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

export interface LoadProgress {
  readonly phase: 'hashing' | 'reading' | 'writing' | 'indexing';
  /** 0 … 1, of the phase. */
  readonly part: number;
  /** Rows of files read so far. */
  readonly rows: number;
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
  const progress = { rows: 0 };
  const report = (outcome: LoadReport['outcome']): LoadReport => ({
    outcome,
    rows: progress.rows,
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
    const loaded = await load(options, input, connection, problems, progress, onProgress);
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

async function load(
  options: LoadOptions,
  input: ReleaseInput,
  connection: BulkConnection | undefined,
  problems: Problems,
  progress: { rows: number },
  onProgress: (progress: LoadProgress) => void,
): Promise<Loaded> {
  const { format, version, url } = options;
  const identity = await format.identify({ input, version, url });
  onProgress({ phase: 'hashing', part: 0, rows: 0 });
  const sha256 = await input.sha256();
  const named = { url: identity.url, version: identity.version, sha256 };
  if (connection === undefined) {
    const { content } = await readInto(options, input, identity, NOWHERE, problems, progress, onProgress);
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
    const { content } = await readInto(options, input, identity, sink, problems, progress, onProgress);
    if (problems.errors > 0) {
      await dropRelease(connection, id);
      return { outcome: 'rejected', ...named };
    }
    await buildIndexes(connection, id, identity.isCaseSensitive, (part) =>
      onProgress({ phase: 'indexing', part, rows: progress.rows }),
    );
    await switchRelease(connection, id, staged, content, options.keepCurrent !== true);
    return { outcome: 'loaded', ...named, concepts: content.concepts, isResumed };
  } catch (error) {
    await sink.settled();
    if (error instanceof UnreadableRelease) await dropRelease(connection, id);
    throw error;
  }
}

async function readInto(
  { format }: LoadOptions,
  input: ReleaseInput,
  identity: ReleaseIdentity,
  sink: RowSink,
  problems: Problems,
  progress: { rows: number },
  onProgress: (progress: LoadProgress) => void,
): Promise<{ readonly content: ReleaseContent }> {
  const builder = new ReleaseBuilder(problems, sink, identity.isCaseSensitive);
  const total = format.bytes(input);
  let bytes = 0;
  await format.read(input, builder, {
    problems,
    countBytes: (count) => (bytes += count),
    countRow: () => (progress.rows += 1),
    async drain() {
      onProgress({ phase: 'reading', part: total === 0 ? 1 : Math.min(bytes / total, 1), rows: progress.rows });
      await builder.drain();
    },
  });
  const { designation, property, member } = builder.writers;
  for (const writer of [designation, property, member]) await writer.flush(true);
  onProgress({ phase: 'writing', part: 0, rows: progress.rows });
  const counts = await finishRelease(builder, input.name);
  await sink.settled();
  const { kinds, uses } = builder;
  const { isCaseSensitive, hasRefsets, header } = identity;
  return { content: { header, kinds, uses, isCaseSensitive, hasRefsets, ...counts } };
}

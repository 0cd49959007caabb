import type { ReleaseContent } from '../store/release.ts';
import { finishRelease } from './finish-release.ts';
import type { Problems } from './problem.ts';
import { ReleaseBuilder } from './release-builder.ts';
import type { ReleaseFormat, ReleaseIdentity } from './release-format.ts';
import type { ReleaseInput } from './release-input.ts';
import type { RowSink } from './table-writer.ts';

export interface LoadProgress {
  readonly phase: 'hashing' | 'reading' | 'writing' | 'indexing';
  /** 0 … 1, of the phase. */
  readonly part: number;
  /** Rows of files read so far. */
  readonly rows: number;
}

/** One load: what is read, and who hears of it. */
export interface ReadJob {
  readonly format: ReleaseFormat;
  readonly input: ReleaseInput;
  readonly problems: Problems;
  countRow(): void;
  onProgress(phase: LoadProgress['phase'], part: number): void;
}

/**
 * Reads a release into the rows of its tables.
 * @throws UnreadableRelease
 */
export async function readRelease(
  { format, input, problems, countRow, onProgress }: ReadJob,
  { isCaseSensitive, hasRefsets, header }: ReleaseIdentity,
  sink: RowSink,
): Promise<ReleaseContent> {
  const builder = new ReleaseBuilder(problems, sink, isCaseSensitive);
  const total = format.bytes(input);
  let bytes = 0;
  await format.read(input, builder, {
    problems,
    countRow,
    countBytes: (count) => (bytes += count),
    async drain() {
      onProgress('reading', total === 0 ? 1 : Math.min(bytes / total, 1));
      await builder.drain();
    },
  });
  const { designation, property, member } = builder.writers;
  for (const writer of [designation, property, member]) await writer.flush(true);
  onProgress('writing', 0);
  const counts = await finishRelease(builder, input.name);
  await sink.settled();
  const { kinds, uses } = builder;
  return { header, kinds, uses, isCaseSensitive, hasRefsets, ...counts };
}

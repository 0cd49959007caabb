import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDeferredLines, retryUnits, type DeferredLines } from './deferred-lines.ts';
import { readContent, type InputFile } from './input-files.ts';
import type { Progress } from './progress.ts';
import { readLines } from './read-lines.ts';
import { createRejectedLines, type RejectedLines } from './rejected-lines.ts';
import { groupLines, type Unit, type UnitResult } from './unit.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface Totals {
  /** New resources by type. */
  readonly created: Map<string, number>;
  existing: number;
  skipped: number;
}

export interface ImportRun {
  readonly files: readonly InputFile[];
  readonly pool: WorkerPool;
  readonly progress: Progress;
  /** DATA_DIR. */
  readonly dataDir: string;
  /** Milliseconds; part of file names. */
  readonly startedAt: number;
}

export interface Outcome {
  readonly totals: Totals;
  readonly rejected: RejectedLines;
}

/**
 * Loads all files. A line that refers to something missing is tried again as soon as what is under way is loaded (its target
 * may stand just before it), then again and again at the end, as long as that loads anything.
 * @throws Error when a file cannot be read or the database stays away; running it again continues
 */
export async function loadFiles(run: ImportRun): Promise<Outcome> {
  const { pool, progress, dataDir } = run;
  mkdirSync(dataDir, { recursive: true });
  const stamp = new Date(run.startedAt).toISOString().replace(/[:.]/g, '-');
  const totals: Totals = { created: new Map(), existing: 0, skipped: 0 };
  const rejected = createRejectedLines(join(dataDir, `import-rejects-${stamp}.ndjson`));
  const newDeferred = (name: string): DeferredLines =>
    createDeferredLines(join(dataDir, `import-${name}-${stamp}.tmp`));
  let bytes = 0;
  let resources = 0;

  const load = (unit: Unit, deferred: DeferredLines): Promise<void> =>
    pool.submit(unit, (result) => {
      resources += add(totals, result);
      for (const line of result.deferred) deferred.add(unit.source, line);
      for (const { reasons, ...line } of result.rejected) rejected.add(unit.source, line, reasons);
      progress.update(bytes, resources);
    });
  /** Tries lines again once everything submitted is loaded; what fails again goes to `into`. */
  const retry = async (waiting: DeferredLines, into: DeferredLines, isolate: boolean): Promise<void> => {
    await pool.drain();
    for (const unit of retryUnits(waiting.lines(), isolate)) await load(unit, into);
    await pool.drain();
    waiting.clear();
  };

  const early = newDeferred('early');
  let late = newDeferred('late');
  let later = newDeferred('later');
  try {
    for (const file of run.files) {
      const content = readContent(file, (count) => (bytes += count));
      for await (const unit of groupLines(readLines(file.name, content))) {
        await load(unit, early);
        if (early.count > 0) await retry(early, late, false);
      }
    }
    await retry(early, late, false);
    for (let before = -1; late.count > 0 && resources > before; [late, later] = [later, late]) {
      before = resources;
      await retry(late, later, true);
    }
    for (const { source, reasons, ...line } of late.lines()) rejected.add(source, line, reasons);
  } finally {
    // After a failure to read, units under way still report what became of them.
    await pool.drain().catch(() => undefined);
    for (const deferred of [early, late, later]) deferred.close();
    rejected.close();
    progress.done();
  }
  return { totals, rejected };
}

/** Answers how many resources the unit brought. */
function add(totals: Totals, result: UnitResult): number {
  let count = result.existing;
  for (const [type, created] of Object.entries(result.created)) {
    totals.created.set(type, (totals.created.get(type) ?? 0) + created);
    count += created;
  }
  totals.existing += result.existing;
  totals.skipped += result.skipped;
  return count;
}

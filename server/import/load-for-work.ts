import { createReadStream } from 'node:fs';
import type { LoadFiles, RejectedLine } from '../bulk/load-files.ts';
import type { Engine } from '../fhir/engine.ts';
import { textLines } from '../kernel/text-lines.ts';
import { localPool } from './local-pool.ts';
import { reasonsPath } from './rejected-lines.ts';
import { loadFiles } from './run.ts';

/** An import as part of the server, in its own process and with its validation. */
export function loadForWork(engine: Engine): LoadFiles {
  return async (ctx, sources, folder, progress) => {
    const files = sources.map(({ name, open }) => ({ name, size: undefined, open }));
    const pool = localPool({ engine, ctx: () => ctx });
    const show = { update: (_bytes: number, resources: number) => progress(resources), done: () => undefined };
    const { totals, rejected } = await loadFiles({
      files,
      pool,
      progress: show,
      dataDir: folder,
      startedAt: ctx.now(),
    });
    const { path } = rejected;
    return {
      created: Object.fromEntries(totals.created),
      existing: totals.existing,
      skipped: totals.skipped,
      async *rejected() {
        if (path === undefined) return;
        for await (const line of textLines(createReadStream(reasonsPath(path)))) {
          yield JSON.parse(line) as RejectedLine;
        }
      },
    };
  };
}

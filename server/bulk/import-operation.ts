import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsyncKind } from '../fhir/async/async-works.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import type { BulkOptions } from './bulk-options.ts';
import { forgetWork } from './forget-work.ts';
import { importOrderOf, readImportUrls } from './import-order.ts';
import { runImport, UPLOAD, type ImportState } from './import-work.ts';
import { assertAsync, startWork } from './start-work.ts';
import { countsOf, resultOf } from './work-result.ts';

const QUEUE = 'bulk-import';

export function importOperation({ folder, store }: BulkOptions): Operation {
  return {
    code: 'import',
    definition: 'https://athanor.health/fhir/OperationDefinition/import',
    text:
      'For administrators: loads files of NDJSON (gzipped or not), named by parameters input with a part url, or sent as ' +
      'the body with Content-Type application/fhir+ndjson. Answers counts, and OperationOutcomes of rejected lines.',
    levels: ['system'],
    affectsState: true,
    startsAsync: true,
    takesBytes: true,
    async run(engine, ctx, { request }) {
      assertAsync(request);
      const { body, bytes } = request;
      if (body !== undefined || bytes === undefined) {
        const urls = readImportUrls(request);
        return startWork(engine, ctx, request, QUEUE, { urls: [...urls] });
      }
      const upload = randomUUID();
      const path = join(folder, upload);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeFile(path, bytes, { mode: 0o600 });
        await store.put(upload, UPLOAD, path);
        return await startWork(engine, ctx, request, QUEUE, { urls: [], upload });
      } catch (error) {
        await store.drop(upload);
        throw error;
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

export function importKind(options: BulkOptions): AsyncKind {
  return {
    queue: QUEUE,
    concurrency: 1,
    run: (ctx, work, run) => runImport(options, ctx, work, run),
    result: (ctx, work) =>
      resultOf(ctx, work, (text) => {
        const { created, existing, skipped, rejected } = JSON.parse(text) as ImportState;
        return [
          ...countsOf('created', created),
          { name: 'existing', valueInteger: existing },
          { name: 'alreadyLoaded', valueInteger: skipped },
          { name: 'rejected', valueInteger: rejected },
        ];
      }),
    async forget(work) {
      await forgetWork(options, work);
      const { upload } = importOrderOf(work.payload);
      if (upload !== undefined) await options.store.drop(upload);
    },
  };
}

import type { AsyncWorks } from '../fhir/async/async-works.ts';
import type { BulkFiles } from '../fhir/bulk-files.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import type { BulkOptions } from './bulk-options.ts';
import { bulkDelete, deleteKind } from './delete-operation.ts';
import { exportKind, exportOperations } from './export-operation.ts';
import { importKind, importOperation } from './import-operation.ts';
import { serveFile } from './serve-file.ts';

export interface Bulk {
  readonly operations: readonly Operation[];
  readonly bulkFiles: BulkFiles;
  close(): void;
}

/** Export, import and deletion of many resources, as works of the asynchronous pattern. */
export async function openBulk(options: BulkOptions, asyncWorks: AsyncWorks): Promise<Bulk> {
  const { engine, store } = options;
  await asyncWorks.serve(exportKind(options));
  await asyncWorks.serve(importKind(options));
  await asyncWorks.serve(deleteKind(options));
  return {
    operations: [...exportOperations, importOperation(options), bulkDelete],
    bulkFiles: (ctx, request) => serveFile(engine, store, ctx, request),
    close: () => store.close(),
  };
}

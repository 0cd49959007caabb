import { fault } from '../kernel/fault.ts';
import type { Ctx, Engine } from './engine.ts';
import type { FhirRequest, FhirResponse } from './request.ts';

/** Answers `[base]/_bulk/WORK/FILE`: what a long work has written, for whoever started it. @throws Fault 404 */
export type BulkFiles = (ctx: Ctx, request: FhirRequest) => Promise<FhirResponse>;

/** `GET [base]/_bulk/WORK/FILE` */
export async function bulkFile({ bulkFiles }: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  if (bulkFiles !== undefined) return bulkFiles(ctx, request);
  throw fault('bulk.off', 501, 'not-supported', 'This server writes no files.');
}

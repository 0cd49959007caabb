import type { AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx } from '../fhir/engine.ts';
import type { FhirResponse } from '../fhir/request.ts';
import type { BulkFile, FileKind } from './work-table.ts';

/**
 * What an export answers when it is complete. Files need the token of whoever started it, wherever they are kept.
 * https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status
 */
export function manifest(ctx: Ctx, work: AsyncWork, transactionTime: number, files: readonly BulkFile[]): FhirResponse {
  const of = (wanted: FileKind): readonly object[] =>
    files
      .filter(({ kind }) => kind === wanted)
      .map(({ type, name, count }) => ({ type, url: fileUrl(ctx, work, name), count }));
  const content = {
    transactionTime: new Date(transactionTime).toISOString(),
    request: work.request,
    requiresAccessToken: true,
    output: of('output'),
    deleted: of('deleted'),
    error: of('error'),
  };
  return { status: 200, headers: { 'Content-Type': 'application/json' }, text: JSON.stringify(content) };
}

export function fileUrl({ baseUrl }: Ctx, { id }: AsyncWork, name: string): string {
  return `${baseUrl}/_bulk/${id}/${name}`;
}

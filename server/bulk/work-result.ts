import type { AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx } from '../fhir/engine.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import { fileUrl } from './manifest.ts';
import { readFiles, readWork } from './work-table.ts';

/**
 * What came of an import or a deletion, as Parameters; `error` are files of OperationOutcomes.
 * @param parameters out of the JSON text of how far it has come
 */
export async function resultOf(
  ctx: Ctx,
  work: AsyncWork,
  parameters: (state: string) => readonly object[],
): Promise<FhirResponse> {
  const kept = await readWork(ctx.db, ctx.tenant, work.id);
  if (kept === undefined) throw fault('bulk.gone', 404, 'not-found', 'The result is past its time.');
  const files = await readFiles(ctx.db, ctx.tenant, work.id);
  const errors = files.map(({ name }) => ({ name: 'error', valueUrl: fileUrl(ctx, work, name) }));
  const parameter = [...parameters(kept.state), ...errors];
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

/** Numbers of resources by type. */
export function countsOf(name: string, counts: Readonly<Record<string, number>>): readonly object[] {
  return Object.entries(counts).map(([type, count]) => ({
    name,
    part: [
      { name: 'type', valueCode: type },
      { name: 'count', valueInteger: count },
    ],
  }));
}

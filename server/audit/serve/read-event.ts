import type { Ctx, Engine } from '../../fhir/engine.ts';
import { readQuery, readShape, SHAPE_PARAMETERS } from '../../fhir/query.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { shapeResource } from '../../fhir/shape/shape-resource.ts';
import { shownText } from '../../fhir/shape/shown-resource.ts';
import { fault } from '../../kernel/fault.ts';
import { auditConditions, readAudit, timeOfId, type StoredAudit } from '../../storage/audit-read.ts';
import { renderEvent } from '../render/render-event.ts';
import { auditScope, limitedTo } from './audit-scope.ts';

/** `GET [base]/AuditEvent/[id]`, also with `_history/1`: events have one version. */
export async function readEvent(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [, id = '', , version = '1'] = request.path;
  const row = version === '1' ? await visibleEvent(ctx, id) : undefined;
  if (row === undefined) throw fault('rest.notFound', 404, 'not-found', `AuditEvent/${id} does not exist.`);
  ctx.audit.note({
    action: 'R',
    interaction: request.path.length > 2 ? 'vread' : 'read',
    type: 'AuditEvent',
    id,
    version: 1,
  });
  const shape = readShape(engine, readQuery(request, SHAPE_PARAMETERS), 'AuditEvent');
  const text = shownText(engine.definitions, ctx.access, renderEvent(row, ctx.baseUrl));
  const headers = { ETag: 'W/"1"', 'Last-Modified': new Date(row.recorded).toUTCString() };
  return { status: 200, headers, text: shapeResource(text, shape, engine.definitions) };
}

async function visibleEvent(ctx: Ctx, id: string): Promise<StoredAudit | undefined> {
  const recorded = timeOfId(id);
  if (recorded === undefined) return undefined;
  const conditions = auditConditions(ctx.tenant);
  conditions.within(recorded, recorded + 1);
  conditions.add((place) => `id = ${place(id)}::uuid`);
  const [row] = await readAudit(ctx.db, conditions, 1);
  const scope = auditScope(ctx.access, 'read');
  if (row === undefined || scope === 'all') return row;
  const isVisible = [row.agent, ...(row.patients ?? [])].some(
    (reference) => reference.startsWith('Patient/') && scope.has(reference.slice('Patient/'.length)),
  );
  return isVisible ? limitedTo(row, scope) : undefined;
}

import { fault } from '../../kernel/fault.ts';
import { MAX_DATE, MIN_DATE } from '../../search/index/date-range.ts';
import { instanceHistory, typeHistory, type HistoryRow, type HistoryWindow } from '../../storage/history.ts';
import { hasIdentity } from '../../storage/read.ts';
import { historyText } from '../bundle/history-bundle.ts';
import type { Ctx, Engine } from '../engine.ts';
import { openCursor, sealCursor } from '../paging/cursor.ts';
import { linksText } from '../paging/links.ts';
import { pageSize } from '../paging/page-size.ts';
import { linkPath, readQuery, readShape, SHAPE_PARAMETERS, single, timeOf, type Query } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { expectId } from '../write/prepare.ts';

const SUPPORTED = ['_since', '_at', '_count', '_cursor', ...SHAPE_PARAMETERS];

/** `GET [base]/[type]/[id]/_history`, newest first; 404 for what never existed. https://hl7.org/fhir/R4/http.html#history */
export async function historyInstance(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  const ref = engine.hasher(ctx.tenant).target(`${type}/${expectId(id, `${type}.id`)}`);
  return history(engine, ctx, request, async (window) => {
    const rows = await instanceHistory(ctx.db, ctx.tenant, ref, window);
    if (rows.length === 0 && !(await hasIdentity(ctx.db, ctx.tenant, ref))) {
      throw fault('rest.notFound', 404, 'not-found', `${type}/${id} never existed.`);
    }
    return rows;
  });
}

/** `GET [base]/[type]/_history` */
export async function historyType(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const types = [engine.definitions.typeId(request.path[0] ?? '')];
  return history(engine, ctx, request, (window) => typeHistory(ctx.db, ctx.tenant, types, window));
}

/** `GET [base]/_history` */
export async function historySystem(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const types = engine.definitions.resourceTypes.map((type) => engine.definitions.typeId(type));
  return history(engine, ctx, request, (window) => typeHistory(ctx.db, ctx.tenant, types, window));
}

/**
 * One page. Versions never change and are ordered by the time of their making, so that pages are stable: every version
 * that was there when the first page was read comes exactly once; newer ones are not shown by later pages.
 */
async function history(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  select: (window: HistoryWindow) => Promise<HistoryRow[]>,
): Promise<FhirResponse> {
  const { settings } = engine;
  const query = readQuery(request, SUPPORTED);
  const path = linkPath(request, query);
  const cursor = single(query, '_cursor');
  const count = pageSize(settings, single(query, '_count'), settings.defaultCount);
  const window = windowOf(query, count + 1);
  const [updated, pid] = cursor === undefined ? [] : openCursor(settings.linkKey, path, cursor);
  const before = cursor === undefined ? window.before : { updated: Number(updated), pid: Number(pid) };
  const rows = await select({ ...window, before });
  const last = rows.length > count ? rows[count - 1] : undefined;
  const next = last === undefined ? undefined : sealCursor(settings.linkKey, path, [last.updated, last.pid]);
  const links = linksText(`${ctx.baseUrl}/${path}`, cursor, next);
  const shape = readShape(engine, query, request.path.length > 1 ? request.path[0] : undefined);
  const text = historyText(engine.definitions, ctx.baseUrl, rows.slice(0, count), links, shape);
  return { status: 200, headers: {}, text };
}

/** `_since` is a point in time; `_at` a span, in which a version must have been current at some moment. */
function windowOf(query: Query, limit: number): HistoryWindow {
  const since = timeOf(query, '_since')?.low ?? MIN_DATE;
  const at = timeOf(query, '_at');
  return { since, before: { updated: at?.high ?? MAX_DATE, pid: -1 }, currentAfter: at?.low, limit };
}

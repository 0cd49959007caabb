import { fault } from '../../kernel/fault.ts';
import type { RowCondition } from '../../search/compile/allowed.ts';
import { MAX_DATE, MIN_DATE } from '../../search/index/date-range.ts';
import type { Statement } from '../../storage/db.ts';
import { instanceHistory, typeHistory, type HistoryWindow } from '../../storage/history.ts';
import { hasIdentity } from '../../storage/read.ts';
import { historyText } from '../bundle/history-bundle.ts';
import type { Ctx, Engine } from '../engine.ts';
import { cursorScope, openCursor, sealCursor } from '../paging/cursor.ts';
import { linksText } from '../paging/links.ts';
import { pageSize } from '../paging/page-size.ts';
import { linkPath, readQuery, readShape, SHAPE_PARAMETERS, single, timeOf, type Query } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { allowedIn, allowedOfType, allowedRows } from '../search/allowed-rows.ts';
import { expectId } from '../write/prepare.ts';
import { visibleVersions, type VersionPage } from './visible-history.ts';
import { isResourceVisible } from './visible.ts';

const SUPPORTED = ['_since', '_at', '_count', '_cursor', ...SHAPE_PARAMETERS];

/** `GET [base]/[type]/[id]/_history`, newest first; 404 for what never existed. https://hl7.org/fhir/R4/http.html#history */
export async function historyInstance(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  const ref = engine.hasher(ctx.tenant).target(`${type}/${expectId(id, `${type}.id`)}`);
  const page = await pageOf(
    engine,
    ctx,
    request,
    (window) => instanceHistory(ctx.tenant, ref, window),
    await allowedOfInstance(engine, ctx, type, id),
  );
  if (page.rows.length === 0 && !(await isKnown(engine, ctx, type, id, ref))) {
    throw fault('rest.notFound', 404, 'not-found', `${type}/${id} never existed.`);
  }
  return answer(engine, ctx, request, 'history-instance', page);
}

/** `GET [base]/[type]/_history` */
export async function historyType(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  return historyOfTypes(engine, ctx, request, 'history-type', [request.path[0] ?? '']);
}

/** `GET [base]/_history` */
export async function historySystem(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  return historyOfTypes(engine, ctx, request, 'history-system', engine.definitions.resourceTypes);
}

async function historyOfTypes(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  interaction: Interaction,
  types: readonly string[],
): Promise<FhirResponse> {
  const possible = types.filter((type) => allowedIn(ctx.access, type, ACTIONS) !== 'none');
  const ids = possible.map((type) => engine.definitions.typeId(type));
  const allowedOf = ctx.access.isUnrestricted ? undefined : allowedOfTypes;
  const page = await pageOf(engine, ctx, request, (window) => typeHistory(ctx.tenant, ids, window), allowedOf);
  return answer(engine, ctx, request, interaction, page);

  function allowedOfTypes(found: readonly string[]): RowCondition | undefined {
    return allowedRows(engine, ctx, found, ...ACTIONS);
  }
}

type AllowedOf = Parameters<typeof visibleVersions>[5];

/** A Binary that may be read by its securityContext is not among those that are allowed by themselves. */
async function allowedOfInstance(engine: Engine, ctx: Ctx, type: string, id: string): Promise<AllowedOf> {
  const allowed = allowedOfType(engine, ctx, type, 'read');
  if (allowed === undefined) return undefined;
  if (type !== 'Binary') return () => allowed;
  const isVisible = await isResourceVisible(engine, ctx, type, id);
  return () => () => String(isVisible);
}

async function isKnown(engine: Engine, ctx: Ctx, type: string, id: string, ref: string): Promise<boolean> {
  if (ctx.access.allowed(type, 'read') === 'all') return hasIdentity(ctx.db, ctx.tenant, ref);
  return isResourceVisible(engine, ctx, type, id);
}

/** The history of many resources also tells which there are. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html */
const ACTIONS = ['read', 'search'] as const;

type Interaction = 'history-instance' | 'history-type' | 'history-system';

interface Page extends VersionPage {
  readonly query: Query;
  /** Path and query for links. */
  readonly path: string;
  readonly cursor: string | undefined;
}

/**
 * Versions never change and are ordered by the time of their making, so that pages are stable: every version that was
 * there when the first page was read comes exactly once; newer ones are not shown by later pages.
 */
async function pageOf(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  select: (window: HistoryWindow) => Statement,
  allowedOf: AllowedOf,
): Promise<Page> {
  const { settings } = engine;
  const query = readQuery(request, SUPPORTED);
  const path = linkPath(request, query);
  const cursor = single(query, '_cursor');
  const count = pageSize(settings, single(query, '_count'), settings.defaultCount);
  const window = windowOf(query);
  const [updated, pid] = cursor === undefined ? [] : openCursor(settings.linkKey, cursorScope(ctx, path), cursor);
  const before = cursor === undefined ? window.before : { updated: Number(updated), pid: Number(pid) };
  const page = await visibleVersions(engine, ctx, select, { ...window, before }, count, allowedOf);
  return { ...page, query, path, cursor };
}

function answer(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  interaction: Interaction,
  { query, path, cursor, rows, next }: Page,
): FhirResponse {
  const { definitions, settings } = engine;
  // `Patient/1/_history`, `Patient/_history`, `_history`
  const [type, id] = request.path.slice(0, -1);
  if (ctx.audit.isOn) {
    const seen = rows.map((row) => ({ type: definitions.typeName(row.type), id: row.id, body: row.body ?? '' }));
    const of = { ...(type === undefined ? {} : { type }), ...(id === undefined ? {} : { id }) };
    ctx.audit.note({ action: 'R', interaction, ...of, query: request.query, seen });
  }
  const after =
    next === undefined ? undefined : sealCursor(settings.linkKey, cursorScope(ctx, path), [next.updated, next.pid]);
  const links = linksText(`${ctx.baseUrl}/${path}`, cursor, after);
  const shape = readShape(engine, query, type);
  return { status: 200, headers: {}, text: historyText(definitions, ctx, rows, links, shape) };
}

/** `_since` is a point in time; `_at` a span, in which a version must have been current at some moment. */
function windowOf(query: Query): Omit<HistoryWindow, 'limit'> {
  const since = timeOf(query, '_since')?.low ?? MIN_DATE;
  const at = timeOf(query, '_at');
  return { since, before: { updated: at?.high ?? MAX_DATE, pid: -1 }, currentAfter: at?.low };
}

import { searchsetEntry, searchsetText } from '../../fhir/bundle/searchset.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { openCursor, sealCursor } from '../../fhir/paging/cursor.ts';
import { linksText } from '../../fhir/paging/links.ts';
import { pageSize } from '../../fhir/paging/page-size.ts';
import { linkPath, readQuery, readShape, SHAPE_PARAMETERS, single, type Query } from '../../fhir/query.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { shapeResource } from '../../fhir/shape/shape-resource.ts';
import { shownText } from '../../fhir/shape/shown-resource.ts';
import { expectId } from '../../fhir/write/prepare.ts';
import { fault } from '../../kernel/fault.ts';
import { auditConditions, readAudit, type ConditionList } from '../../storage/audit-read.ts';
import { renderEvent } from '../render/render-event.ts';
import { auditScope, limitedTo } from './audit-scope.ts';
import { addAgentCondition, addConditions, addPatientCondition, AUDIT_PARAM_NAMES } from './search-parameters.ts';

const SUPPORTED = [...AUDIT_PARAM_NAMES, '_sort', '_count', '_cursor', ...SHAPE_PARAMETERS];
/** The one order there is. */
const ORDERS = ['-date', '-_lastUpdated'];

/** `GET [base]/AuditEvent?…`, also by POST, and in the compartment of a patient or an agent: newest first. */
export async function searchEvents(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const { settings, definitions } = engine;
  const query = readQuery(request, SUPPORTED);
  checkSort(query);
  const path = linkPath({ ...request, path: request.path.filter((segment) => segment !== '_search') }, query);
  const count = pageSize(settings, single(query, '_count'), settings.defaultCount);
  const cursor = single(query, '_cursor');
  const conditions = auditConditions(ctx.tenant);
  addScope(conditions, ctx);
  addCompartment(engine, conditions, request.path);
  addConditions(conditions, query, ctx.baseUrl);
  if (cursor !== undefined) {
    const [recorded, id] = openCursor(settings.linkKey, path, cursor);
    conditions.behind({ recorded: Number(recorded), id: String(id) });
  }
  const rows = await readAudit(ctx.db, conditions, count + 1);
  const page = rows.slice(0, count);
  const last = rows.length > count ? page.at(-1) : undefined;
  const next = last === undefined ? undefined : sealCursor(settings.linkKey, path, [last.recorded, last.id]);
  ctx.audit.note({
    action: 'E',
    interaction: 'search-type',
    type: 'AuditEvent',
    query: request.query,
    found: page.map(({ id }) => `AuditEvent/${id}`),
  });
  const shape = readShape(engine, query, 'AuditEvent');
  const scope = auditScope(ctx.access, 'search');
  const shown = page.map((row) => limitedTo(row, scope)).filter((row) => row !== undefined);
  const entries = shown.map((row) => {
    const text = shownText(definitions, ctx.access, renderEvent(row, ctx.baseUrl));
    return searchsetEntry(ctx.baseUrl, 'AuditEvent', row.id, shapeResource(text, shape, definitions), 'match');
  });
  const total = cursor === undefined && next === undefined ? shown.length : undefined;
  return {
    status: 200,
    headers: {},
    text: searchsetText(linksText(`${ctx.baseUrl}/${path}`, cursor, next), total, entries),
  };
}

function checkSort(query: Query): void {
  const sort = single(query, '_sort');
  if (sort === undefined || ORDERS.includes(sort)) return;
  throw fault('search.badSort', 400, 'not-supported', 'Events come newest first: _sort may be -date.', 'http._sort');
}

/** Of some patients: what is about them, and what they did themselves. */
function addScope(conditions: ConditionList, { access }: Ctx): void {
  const scope = auditScope(access, 'search');
  if (scope === 'all') return;
  const references = [...scope].map((id) => `Patient/${id}`);
  addPatientCondition(conditions, references);
}

/** `[base]/[compartment]/[id]/AuditEvent`, by the parameters that make the compartment. */
function addCompartment(
  { registry }: Engine,
  conditions: ConditionList,
  [compartment = '', id = '', type]: readonly string[],
): void {
  if (type !== 'AuditEvent') return;
  const codes = registry.compartmentParams(compartment, 'AuditEvent').map(({ code }) => code);
  const reference = `${compartment}/${expectId(id, `${compartment}.id`)}`;
  if (codes.includes('patient')) addPatientCondition(conditions, [reference]);
  else if (codes.includes('agent')) addAgentCondition(conditions, [reference]);
  else {
    const text = `AuditEvent resources are never in the compartment of a ${compartment}.`;
    throw fault('search.notInCompartment', 400, 'not-supported', text);
  }
}

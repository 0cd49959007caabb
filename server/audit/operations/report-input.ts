import type { OperationCall } from '../../fhir/operations/operation.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import { pageSize } from '../../fhir/paging/page-size.ts';
import { openCursor, sealCursor } from '../../fhir/paging/cursor.ts';
import { linkPath, single, timeOf, type Query } from '../../fhir/query.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { auditConditions, MAX_TIME, readAudit, type ConditionList } from '../../storage/audit-read.ts';
import { limitedTo, type AuditScope } from '../serve/audit-scope.ts';
import { recordOf, type AuditRecord } from '../render/render-event.ts';

/** One part of a Parameters resource. */
export interface Parameter {
  readonly name: string;
  readonly part?: readonly Parameter[];
  readonly [value: `value${string}`]: unknown;
}

/** What reports of events have in common: a period and pages. */
const REPORT_PARAMETERS: readonly string[] = ['start', 'end', '_count', '_cursor'];

export interface ReportPage {
  readonly records: readonly AuditRecord[];
  readonly input: Query;
  /** URL of the next page. */
  readonly next: string | undefined;
}

/**
 * A page of the events that a report is about, newest first.
 * @param scope what of events is shown, see limitedTo
 * @param narrow adds the report's own conditions
 * @param supported parameters besides {@link REPORT_PARAMETERS}
 */
export async function readReport(
  engine: Engine,
  ctx: Ctx,
  { request }: OperationCall,
  scope: AuditScope,
  narrow: (conditions: ConditionList, input: Query) => void,
  supported: readonly string[] = [],
): Promise<ReportPage> {
  const { settings } = engine;
  const input = primitiveInput(request, [...REPORT_PARAMETERS, ...supported]);
  const path = linkPath(request, input);
  const count = pageSize(settings, single(input, '_count'), settings.maxCount);
  const conditions = auditConditions(ctx.tenant);
  const [start, end] = [timeOf(input, 'start'), timeOf(input, 'end')];
  conditions.within(start?.low ?? 0, end?.high ?? MAX_TIME);
  narrow(conditions, input);
  const cursor = single(input, '_cursor');
  if (cursor !== undefined) {
    const [recorded, id] = openCursor(settings.linkKey, path, cursor);
    conditions.behind({ recorded: Number(recorded), id: String(id) });
  }
  const rows = await readAudit(ctx.db, conditions, count + 1);
  const last = rows.length > count ? rows[count - 1] : undefined;
  const separator = path.includes('?') ? '&' : '?';
  const next =
    last === undefined
      ? undefined
      : `${ctx.baseUrl}/${path}${separator}_cursor=${sealCursor(settings.linkKey, path, [last.recorded, last.id])}`;
  const shown = rows.slice(0, count).map((row) => limitedTo(row, scope));
  return { records: shown.filter((row) => row !== undefined).map(recordOf), input, next };
}

/** The report as Parameters. */
export function reportAnswer(parts: readonly Parameter[], next: string | undefined): FhirResponse {
  const parameter = [...parts, ...(next === undefined ? [] : [{ name: 'next', valueUri: next }])];
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

export function instant(name: string, time: number): Parameter {
  return { name, valueInstant: new Date(time).toISOString() };
}

/** Nothing where there is no text. */
export function text(name: string, value: string | null | undefined): readonly Parameter[] {
  return value === null || value === undefined || value === '' ? [] : [{ name, valueString: value }];
}

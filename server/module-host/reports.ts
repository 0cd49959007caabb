import { Readable } from 'node:stream';
import type { Ctx, Engine } from '../fhir/engine.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { readQuery } from '../fhir/query.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { fault, type Fault } from '../kernel/fault.ts';
import type { Report, ReportRow } from '../sdk/report.ts';
import { createClinicReader } from './clinic-reader.ts';
import { moduleContext } from './module-context.ts';
import type { ModuleHost } from './operation-context.ts';
import { readInput } from './operation-input.ts';
import type { ReportFormat } from './report-formats.ts';
import { described, type ContributedReport } from './report-parameter.ts';
import { formatOf, idOf } from './report-request.ts';
import { checkedRows } from './report-rows.ts';

const ID = { report: { type: 'code', min: 1, text: 'Id of the report; $reports lists them.' } } as const;
const WHOLE = /^(?:user|system)\/\*\.(?:cruds|\*)$/;
/** Characters that are sent at once. */
const CHUNK = 65_536;
/** Characters of a report that is not sent row by row. */
const MOST = 16 * 1024 * 1024;

/** `$report`, which runs one of the modules' reports, and `$reports`, which lists those that the caller may run. */
export function reportOperations(contributed: readonly ContributedReport[], host: ModuleHost): readonly Operation[] {
  const mayRun = (ctx: Ctx): readonly ContributedReport[] =>
    contributed.filter(({ module, report }) => host.isEnabled(ctx.tenant, module) && isOpen(ctx, report));

  const report: Operation = {
    code: 'report',
    definition: 'https://athanor.health/fhir/OperationDefinition/report',
    text:
      'Runs a report of a module: report is its id, its parameters are told by $reports. _format is json (default), ndjson ' +
      'or csv. What it reads is limited to what the caller may see; the report itself names the roles that may run it.',
    levels: ['system'],
    affectsState: false,
    givesBytes: true,
    async run(engine, ctx, { request }) {
      const known = mayRun(ctx);
      const id = idOf(request);
      const found = known.find((each) => each.report.id === id);
      if (found === undefined) throw unknownReport(known);
      const format = formatOf(request);
      const rows = rowsOf(ctx, found, host, engine, await readInput(engine, request, { ...ID, ...found.report.input }));
      return ctx.inTransaction ? whole(format, found.report, rows) : streamed(format, found.report, rows);
    },
  };

  const reports: Operation = {
    code: 'reports',
    definition: 'https://athanor.health/fhir/OperationDefinition/reports',
    text: 'The reports that the caller may run, with their parameters and columns.',
    levels: ['system'],
    affectsState: false,
    async run(_engine, ctx, { request }) {
      readQuery(request, []);
      const parameter = mayRun(ctx).map(described);
      const body = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
      return { status: 200, headers: {}, text: JSON.stringify(body) };
    },
  };
  return [report, reports];
}

/** Reports may look at tables that know nothing of scopes: an app needs the whole of what its user may do. */
function isOpen({ access }: Ctx, { roles }: Report): boolean {
  const { kind, roles: own, scopes } = access.principal;
  if (kind === 'server') return true;
  return roles.some((role) => own.includes(role)) && (scopes?.some((scope) => WHOLE.test(scope)) ?? true);
}

function rowsOf(
  ctx: Ctx,
  { module, report }: ContributedReport,
  host: ModuleHost,
  engine: Engine,
  input: Parameters<Report['run']>[1],
): AsyncGenerator<ReportRow> {
  const context = {
    ...moduleContext(ctx, module, host),
    ...createClinicReader(engine, ctx),
    projection: (name: string) => host.projection(ctx, name),
  };
  return checkedRows(report.columns, report.run(context, input));
}

/** What fails before the first rows are there is answered as an error; what fails later cuts the answer. */
async function streamed(format: ReportFormat, report: Report, rows: AsyncGenerator<ReportRow>): Promise<FhirResponse> {
  const chunks = chunksOf(format, report, rows);
  const first = await chunks.next();
  async function* all(): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* chunks;
  }
  const headers = { 'Content-Type': format.contentType, 'Cache-Control': 'no-store' };
  return { status: 200, headers, stream: () => Readable.from(all(), { objectMode: false }) };
}

/** Inside of a transaction, which ends with the answer. */
async function whole(format: ReportFormat, report: Report, rows: AsyncGenerator<ReportRow>): Promise<FhirResponse> {
  let text = '';
  for await (const chunk of chunksOf(format, report, rows)) {
    text += chunk;
    if (text.length > MOST) {
      throw fault(
        'report.tooLarge',
        413,
        'too-costly',
        `The report has more than ${MOST} characters; ask for it alone.`,
      );
    }
  }
  return { status: 200, headers: {}, raw: { bytes: Buffer.from(text), contentType: format.contentType } };
}

async function* chunksOf(
  format: ReportFormat,
  { id, columns }: Report,
  rows: AsyncGenerator<ReportRow>,
): AsyncGenerator<string> {
  let chunk = format.start(columns, id);
  let isFirst = true;
  for await (const row of rows) {
    chunk += format.row(columns, row, isFirst);
    isFirst = false;
    if (chunk.length >= CHUNK) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk + format.end;
}

function unknownReport(known: readonly ContributedReport[]): Fault {
  const names = known.map(({ report: { id } }) => id).join(', ');
  const text = `There is no such report that you may run; ${names === '' ? 'there is none' : `there are ${names}`}.`;
  return fault('report.unknown', 404, 'not-found', text, 'http.report');
}

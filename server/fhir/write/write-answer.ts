import { stringifyJson } from '../../kernel/json.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import type { Ctx, Engine } from '../engine.ts';
import { mayRead } from '../interactions/visible.ts';
import { outcomeOf } from '../outcome.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { shownText } from '../shape/shown-resource.ts';
import { versionHeaders } from './answer.ts';
import { notesOf } from './follow-writes.ts';
import type { Prepared } from './prepare.ts';

/**
 * The answer of a write, shaped by `Prefer: return=…` (https://hl7.org/fhir/R4/http.html#ops); the whole resource by default.
 * @param prepared what was written, with what validation had to say of it, told where an OperationOutcome is
 */
export async function writeAnswer(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  status: 200 | 201,
  row: StoredVersion,
  note: string,
  prepared?: Prepared,
): Promise<FhirResponse> {
  const location = `${ctx.baseUrl}/${row.type}/${row.id}/_history/${row.version}`;
  const headers: Record<string, string> = { ...versionHeaders(row), ...(status === 201 ? { Location: location } : {}) };
  if (status === 200) headers['Content-Location'] = location;
  const wanted = request.headers.prefer.return;
  if (wanted === 'minimal') return { status, headers };
  if (wanted === 'OperationOutcome') {
    return {
      status,
      headers,
      text: stringifyJson(
        outcomeOf([
          { severity: 'information', code: 'informational', text: note },
          ...(prepared === undefined ? [] : notesOf(prepared)),
        ]),
      ),
    };
  }
  const text = await writtenText(engine, ctx, row, prepared);
  return { status, headers, ...(text === undefined ? {} : { text }) };
}

/** What was written as the writer may see it; undefined when they may write but not read. */
export async function writtenText(
  engine: Engine,
  ctx: Ctx,
  row: StoredVersion,
  prepared?: Prepared,
): Promise<string | undefined> {
  const { access } = ctx;
  if (access.isUnrestricted) return resourceText(row);
  const isRead =
    (prepared !== undefined && access.permits(prepared.resource, 'read', prepared.rows)) ||
    (await mayRead(engine, ctx, row));
  return isRead ? shownText(engine.definitions, access, resourceText(row)) : undefined;
}

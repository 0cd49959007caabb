import type { Issue } from '../../kernel/fault.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import { outcomeOf } from '../outcome.ts';
import type { Ctx } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';

export function etag(version: number): string {
  return `W/"${version}"`;
}

/** Whether If-None-Match names the version. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
export function namesVersion(ifNoneMatch: string, version: number): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^(?:W\/)?"?|"$/g, '') === String(version));
}

/** Headers that every answer about one version carries. */
export function versionHeaders(row: StoredVersion): Record<string, string> {
  return { ETag: etag(row.version), 'Last-Modified': new Date(row.updated).toUTCString() };
}

/**
 * The answer of a write, shaped by `Prefer: return=…` (https://hl7.org/fhir/R4/http.html#ops); the whole resource by default.
 * @param notes warnings of validation, told where an OperationOutcome is
 */
export function writeAnswer(
  ctx: Ctx,
  request: FhirRequest,
  status: 200 | 201,
  row: StoredVersion,
  note: string,
  notes: readonly Issue[] = [],
): FhirResponse {
  const location = `${ctx.baseUrl}/${row.type}/${row.id}/_history/${row.version}`;
  const headers: Record<string, string> = { ...versionHeaders(row), ...(status === 201 ? { Location: location } : {}) };
  if (status === 200) headers['Content-Location'] = location;
  const wanted = request.headers.prefer.return;
  if (wanted === 'minimal') return { status, headers };
  if (wanted === 'OperationOutcome') {
    return {
      status,
      headers,
      text: stringifyJson(outcomeOf([{ severity: 'information', code: 'informational', text: note }, ...notes])),
    };
  }
  return { status, headers, text: resourceText(row) };
}

import { Fault } from '../../kernel/fault.ts';
import { stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import { rawFromBinary } from '../binary/to-raw.ts';
import type { Ctx, Engine } from '../engine.ts';
import { generatedDefinition } from '../operations/operation-definition.ts';
import { readQuery, readShape, SHAPE_PARAMETERS } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { shapeResource } from '../shape/shape-resource.ts';
import { shownText } from '../shape/shown-resource.ts';
import { namesVersion, versionHeaders } from '../write/answer.ts';
import { expectId } from '../write/prepare.ts';
import { visibleVersion } from './visible.ts';

/** `GET [base]/[type]/[id]`, conditional by If-None-Match and If-Modified-Since. https://hl7.org/fhir/R4/http.html#read */
export async function read(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  expectId(id, `${type}.id`);
  try {
    return readAnswer(engine, ctx, request, 'read', await visibleVersion(engine, ctx, type, id));
  } catch (error) {
    const isMissing = type === 'OperationDefinition' && error instanceof Fault && error.status === 404;
    const generated = isMissing ? generatedDefinition(engine.operations, id) : undefined;
    if (generated === undefined) throw error;
    return generatedAnswer(engine, request, generated);
  }
}

/** What is generated has no versions. */
function generatedAnswer(engine: Engine, request: FhirRequest, resource: JsonObject): FhirResponse {
  const shape = readShape(engine, readQuery(request, SHAPE_PARAMETERS), String(resource.resourceType));
  return { status: 200, headers: {}, text: shapeResource(stringifyJson(resource), shape, engine.definitions) };
}

/** A version as the answer of a read: 304 when the client has it, a raw Binary when it asks for one, `_summary`, `_elements`. */
export function readAnswer(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  interaction: 'read' | 'vread',
  row: StoredVersion,
): FhirResponse {
  const { type, id, version, body } = row;
  if (ctx.audit.isOn) ctx.audit.note({ action: 'R', interaction, type, id, version, seen: [{ type, id, body }] });
  const headers = versionHeaders(row);
  if (isKnown(request, row)) return { status: 304, headers };
  const text = shownText(engine.definitions, ctx.access, resourceText(row));
  if (row.type === 'Binary') {
    const raw = rawFromBinary(request, text);
    if (raw !== undefined) return { status: 200, headers, raw };
  }
  if (request.query === '') return { status: 200, headers, text };
  const shape = readShape(engine, readQuery(request, SHAPE_PARAMETERS), row.type);
  return { status: 200, headers, text: shapeResource(text, shape, engine.definitions) };
}

/** If-Modified-Since counts only without If-None-Match: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3 */
function isKnown({ headers }: FhirRequest, row: StoredVersion): boolean {
  const { ifNoneMatch, ifModifiedSince } = headers;
  if (ifNoneMatch !== undefined) return namesVersion(ifNoneMatch, row.version);
  if (ifModifiedSince === undefined) return false;
  // Last-Modified was sent in whole seconds. A date that cannot be read compares false, and is so ignored.
  return Math.floor(row.updated / 1000) * 1000 <= Date.parse(ifModifiedSince);
}

import { fault } from '../../kernel/fault.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import { readTombstones } from '../../storage/lock.ts';
import { readLive } from '../../storage/read.ts';
import { rawFromBinary } from '../binary/to-raw.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery, readShape, SHAPE_PARAMETERS } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { shapeResource } from '../shape/shape-resource.ts';
import { etag, namesVersion, versionHeaders } from '../write/answer.ts';
import { expectId } from '../write/prepare.ts';

/** `GET [base]/[type]/[id]`, conditional by If-None-Match and If-Modified-Since. https://hl7.org/fhir/R4/http.html#read */
export async function read(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  expectId(id, `${type}.id`);
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const row = await readLive(ctx.db, ctx.tenant, ref);
  if (row === undefined) throw await absent(ctx, type, id, ref);
  return readAnswer(engine, request, { type, id, version: row.version, updated: row.updated, body: row.body });
}

/** A version as the answer of a read: 304 when the client has it, a raw Binary when it asks for one, `_summary`, `_elements`. */
export function readAnswer(engine: Engine, request: FhirRequest, row: StoredVersion): FhirResponse {
  const headers = versionHeaders(row);
  if (isKnown(request, row)) return { status: 304, headers };
  const text = resourceText(row);
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

/** 404, or 410 when it was deleted. */
export async function absent(ctx: Ctx, type: string, id: string, ref: string): Promise<Error> {
  const tombstone = (await readTombstones(ctx.db, ctx.tenant, [ref])).get(ref);
  if (tombstone !== undefined) return gone(type, id, tombstone);
  return fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
}

/** 410 with the version that is the deletion. */
export function gone(
  type: string,
  id: string,
  { version, updated }: { readonly version: number; readonly updated: number },
): Error {
  return fault(
    'rest.deleted',
    410,
    'deleted',
    `${type}/${id} was deleted; that is its version ${version}.`,
    undefined,
    {
      headers: { ETag: etag(version), 'Last-Modified': new Date(updated).toUTCString() },
    },
  );
}

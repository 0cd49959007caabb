import { fault } from '../../kernel/fault.ts';
import { isObject, parseJson, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { METHOD } from '../../storage/insert.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { versionHeaders } from '../write/answer.ts';
import { writtenText } from '../write/write-answer.ts';
import { parseStored } from '../write/current.ts';
import { prepare } from '../write/prepare.ts';
import { put } from '../write/put.ts';
import { bodyParameters } from './input.ts';
import type { OperationCall } from './operation.ts';

/**
 * Changes the meta of a resource. It becomes a new version, so that ETag and cached copies stay true; a change that
 * changes nothing does not. Answers the whole meta afterwards.
 */
export async function changeMeta(
  engine: Engine,
  ctx: Ctx,
  { request, type = '', id = '' }: OperationCall,
  change: (meta: JsonObject, given: JsonObject) => JsonObject,
): Promise<FhirResponse> {
  const given = givenMeta(request);
  const written = await put(
    engine,
    ctx,
    { type, id },
    (current) => {
      if (current === undefined) throw fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
      const resource = parseStored(type, current);
      return prepare(engine, ctx.tenant, { ...resource, meta: change(metaOf(resource), given) }, id);
    },
    { ifMatch: request.headers.ifMatch, method: METHOD.PUT, mayCreate: false },
  );
  const text = await writtenText(engine, ctx, written.row, written.prepared);
  const shown = text === undefined ? {} : parseJson(text, { maxDepth: 256 });
  return metaAnswer(isObject(shown) ? metaOf(shown) : {}, versionHeaders(written.row));
}

export function metaOf({ meta }: JsonObject): JsonObject {
  return isObject(meta) ? meta : {};
}

/** https://hl7.org/fhir/R4/resource-operation-meta.html */
export function metaAnswer(meta: JsonObject, headers: Readonly<Record<string, string>>): FhirResponse {
  const text = stringifyJson({ resourceType: 'Parameters', parameter: [{ name: 'return', valueMeta: meta }] });
  return { status: 200, headers, text };
}

function givenMeta(request: FhirRequest): JsonObject {
  const [parameter, ...others] = bodyParameters(request);
  if (parameter?.name === 'meta' && isObject(parameter.valueMeta) && others.length === 0) return parameter.valueMeta;
  throw fault(
    'operation.noMeta',
    400,
    'required',
    'The body must be Parameters with one parameter "meta" that has a valueMeta with profile, security or tag.',
    'Parameters.parameter',
  );
}

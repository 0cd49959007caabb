import type { Definitions } from '../../definitions/definitions.ts';
import { cloneJson, isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { applyFhirPathPatch } from './fhirpath-patch.ts';
import { applyJsonPatch } from './json-patch.ts';
import { JSON_PATCH, malformed, unfit, unknownPatch } from './patch-faults.ts';

export interface Patch {
  /** Media type without parameters. */
  readonly contentType: string | undefined;
  readonly body: JsonValue | undefined;
}

const FHIR_TYPES: ReadonlySet<string> = new Set([
  'application/fhir+json',
  'application/fhir+xml',
  'application/json',
  'application/xml',
  'text/xml',
]);

/**
 * The resource that a JSON Patch (RFC 6902) or a FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html) makes of
 * `resource`. Neither the resource nor the patch is changed.
 * @throws Fault 400 for a malformed patch, 415 for another content type, 422 when it cannot be applied
 */
export function applyPatch(resource: JsonObject, { contentType, body }: Patch, definitions: Definitions): JsonObject {
  const copy = cloneJson(resource);
  const patched = isJsonPatch(contentType) ? applyJsonPatch(copy, body) : applyParameters(copy, body, definitions);
  refuseOtherIdentity(resource, patched);
  return patched;
}

function isJsonPatch(contentType: string | undefined): boolean {
  if (contentType === JSON_PATCH) return true;
  if (contentType !== undefined && FHIR_TYPES.has(contentType)) return false;
  throw unknownPatch();
}

function applyParameters(resource: JsonObject, body: JsonValue | undefined, definitions: Definitions): JsonObject {
  if (!isObject(body) || body.resourceType !== 'Parameters') {
    const hint = Array.isArray(body) ? ` A JSON Patch is sent as ${JSON_PATCH}.` : '';
    throw malformed(`A FHIRPath Patch is a Parameters resource with one parameter "operation" for each change.${hint}`);
  }
  return applyFhirPathPatch(resource, body, definitions);
}

/** The server alone sets what a version is called; taking it away does no harm. */
function refuseOtherIdentity(before: JsonObject, after: JsonObject): void {
  for (const key of ['resourceType', 'id']) {
    if (after[key] !== before[key]) throw unfit(`A patch cannot change ${key}.`, key);
  }
  if (!isObject(after.meta)) return;
  const known = isObject(before.meta) ? before.meta : {};
  for (const key of ['versionId', 'lastUpdated']) {
    const value = after.meta[key];
    if (value !== undefined && value !== known[key]) throw unfit(`A patch cannot change meta.${key}.`, `meta.${key}`);
  }
}

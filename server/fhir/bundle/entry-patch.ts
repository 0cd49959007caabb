import { fault, Fault } from '../../kernel/fault.ts';
import { isObject, JsonSyntaxError, parseJson, type JsonValue } from '../../kernel/json.ts';
import type { Patch } from '../patch/apply-patch.ts';
import { JSON_PATCH } from '../patch/patch-faults.ts';
import type { Entry } from './entries.ts';

/**
 * The patch of a PATCH entry: a Parameters resource, or a JSON Patch inside of a Binary.
 * https://hl7.org/fhir/R4/http.html#patch
 * @throws Fault 400 for a Binary without JSON
 */
export function patchOf({ resource }: Entry): Patch {
  if (!isObject(resource) || resource.resourceType !== 'Binary') {
    return { contentType: 'application/fhir+json', body: resource };
  }
  const { contentType, data } = resource;
  if (typeof data !== 'string') {
    throw fault('patch.noData', 400, 'required', 'The Binary of a PATCH entry needs data.', 'Binary.data');
  }
  return {
    contentType: typeof contentType === 'string' ? contentType.split(';', 1)[0]?.trim().toLowerCase() : JSON_PATCH,
    body: parsed(Buffer.from(data, 'base64').toString('utf8')),
  };
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    const issue = { severity: 'error', code: 'structure', expression: ['Binary.data'] } as const;
    throw new Fault('patch.badJson', 400, [{ ...issue, text: `Binary.data must be JSON: ${cause.message}.` }], {
      cause,
    });
  }
}

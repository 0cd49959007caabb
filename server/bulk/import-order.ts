import { bodyParameters } from '../fhir/operations/input.ts';
import { readQuery } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';

/** What is imported: files that are fetched, or a text that came with the request. */
export interface ImportOrder {
  readonly urls: readonly string[];
  /** Name under which the text is kept; undefined without one. */
  readonly upload: string | undefined;
}

const MOST_FILES = 1000;

export function importOrderOf(payload: JsonObject): ImportOrder {
  return payload as unknown as ImportOrder;
}

/**
 * The addresses of the files, out of Parameters with `input` of `url` and, for people, `type`; `inputFormat` and
 * `inputSource` of other servers' clients are taken.
 * @throws Fault 400
 */
export function readImportUrls(request: FhirRequest): readonly string[] {
  readQuery(request, []);
  const urls: string[] = [];
  for (const [index, parameter] of bodyParameters(request).entries()) {
    const at = `Parameters.parameter[${index}]`;
    if (parameter.name === 'inputFormat') checkFormat(parameter, at);
    else if (parameter.name === 'input') urls.push(urlOf(parameter, at));
    else if (parameter.name !== 'inputSource') {
      throw bad('Parameters are input (each with the parts type and url), inputFormat and inputSource.', at);
    }
  }
  if (urls.length === 0 || urls.length > MOST_FILES) {
    throw bad(
      `Name 1 to ${MOST_FILES} files by parameters input, each with a part url; or send the lines as application/fhir+ndjson.`,
    );
  }
  return urls;
}

function checkFormat({ valueCode, valueString }: JsonObject, at: string): void {
  if (/^application\/(?:fhir\+)?ndjson$/.test(String(valueCode ?? valueString))) return;
  throw bad('inputFormat must be application/fhir+ndjson.', at);
}

function urlOf({ part }: JsonObject, at: string): string {
  const found = Array.isArray(part) ? part.filter(isObject).find(({ name }) => name === 'url') : undefined;
  const url = found?.valueUrl ?? found?.valueUri ?? found?.valueString;
  if (typeof url === 'string' && URL.canParse(url)) return url;
  throw bad('input needs a part url with the address of a file of NDJSON.', at);
}

function bad(text: string, at?: string): Error {
  return fault('bulk.badParameter', 400, 'value', text, at);
}

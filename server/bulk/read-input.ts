import { bodyParameters } from '../fhir/operations/input.ts';
import { readQuery, type Query } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';

/**
 * Parameters of a kick-off as texts, of references what they refer to; out of the URL and the body alike. What is not known
 * is passed over with `Prefer: handling=lenient`.
 * @param references names of those that are references and stand in the body alone
 * @throws Fault 400
 */
export function readInput(request: FhirRequest, supported: readonly string[], references: readonly string[]): Query {
  const input = new Map(readQuery(request, supported));
  for (const [index, parameter] of bodyParameters(request).entries()) {
    const name = typeof parameter.name === 'string' ? parameter.name : '';
    const at = `Parameters.parameter[${index}]`;
    const isReference = references.includes(name);
    if (!isReference && !supported.includes(name)) {
      if (request.headers.prefer.handling === 'lenient') continue;
      const text = `The parameter "${name.slice(0, 64)}" is not supported here; ${[...supported, ...references].join(', ')} are.`;
      throw fault('bulk.unknownParameter', 400, 'not-supported', text, at);
    }
    const text = isReference ? referenceText(parameter) : primitiveText(parameter);
    if (text === undefined) {
      const kind = isReference ? 'a valueReference with a reference such as Patient/1' : 'one primitive value[x]';
      throw fault('bulk.badParameter', 400, 'value', `${name} needs ${kind}.`, at);
    }
    input.set(name, [...(input.get(name) ?? []), text]);
  }
  return input;
}

function referenceText({ valueReference }: JsonObject): string | undefined {
  return isObject(valueReference) && typeof valueReference.reference === 'string'
    ? valueReference.reference
    : undefined;
}

function primitiveText(parameter: JsonObject): string | undefined {
  const key = Object.keys(parameter).find((property) => property.startsWith('value'));
  const value = key === undefined ? undefined : parameter[key];
  return typeof value === 'object' ? undefined : value === undefined ? undefined : String(value);
}

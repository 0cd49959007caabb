import { fault } from '../../../kernel/fault.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Ctx, Engine } from '../../engine.ts';
import { visibleResource } from '../../interactions/visible.ts';
import { readQuery } from '../../query.ts';
import type { FhirRequest } from '../../request.ts';
import type { TerminologyCall } from '../../terminology-port.ts';
import { bodyParameters } from '../input.ts';
import type { OperationCall } from '../operation.ts';

/** What an operation takes, by name: primitive types (which URLs may carry too), or what only a body can hold. */
export type Inputs = Readonly<Record<string, PrimitiveType | 'body'>>;

type PrimitiveType = 'boolean' | 'canonical' | 'code' | 'dateTime' | 'integer' | 'string' | 'uri';

/**
 * The parameters of a request, out of the URL and the body alike, and the instance that it names.
 * @throws Fault 400 for a parameter that the operation does not take or whose text in the URL is malformed,
 * 404 and 410 for an instance that is not there
 */
export async function readCall(
  engine: Engine,
  ctx: Ctx,
  { request, type, id }: OperationCall,
  inputs: Inputs,
): Promise<TerminologyCall> {
  const parameters = [...urlParameters(request, inputs), ...bodyOnes(request, inputs)];
  const { acceptLanguage } = request.headers;
  // Clients that have no wish send *, often without knowing.
  const call = {
    parameters,
    ...(type === undefined ? {} : { type }),
    ...(acceptLanguage === undefined || acceptLanguage === '*' ? {} : { acceptLanguage }),
  };
  if (type === undefined || id === undefined) return call;
  return { ...call, instance: await visibleResource(engine, ctx, request.path.at(-1) ?? '', type, id) };
}

function urlParameters(request: FhirRequest, inputs: Inputs): JsonObject[] {
  const names = Object.keys(inputs).filter((name) => inputs[name] !== 'body');
  const parameters: JsonObject[] = [];
  for (const [name, values] of readQuery(request, names)) {
    const type = inputs[name];
    if (type === undefined || type === 'body') continue;
    for (const text of values) parameters.push({ name, ...primitive(name, type, text) });
  }
  return parameters;
}

function primitive(name: string, type: PrimitiveType, text: string): JsonObject {
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return { valueBoolean: text === 'true' };
    throw badText(name, text, 'true or false');
  }
  if (type === 'integer') {
    if (/^-?[0-9]{1,9}$/.test(text)) return { valueInteger: Number(text) };
    throw badText(name, text, 'a whole number');
  }
  return { [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: text };
}

function bodyOnes(request: FhirRequest, inputs: Inputs): readonly JsonObject[] {
  const parameters = bodyParameters(request);
  for (const [index, { name }] of parameters.entries()) {
    if (typeof name === 'string' && Object.hasOwn(inputs, name)) continue;
    throw fault(
      'operation.unknownParameter',
      400,
      'not-supported',
      `The operation takes the parameters ${Object.keys(inputs).join(', ')}.`,
      `Parameters.parameter[${index}]`,
    );
  }
  return parameters;
}

function badText(name: string, text: string, accepted: string): Error {
  return fault(
    'operation.badParameter',
    400,
    'value',
    `${name} must be ${accepted}, not "${text.slice(0, 40)}".`,
    `http.${name}`,
  );
}

import { fault } from '../../server/kernel/fault.ts';
import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import { primitiveText, valueOf } from '../resource/elements.ts';

/** `Parameters.parameter`. https://hl7.org/fhir/R4/parameters.html */
export type Parameters = readonly JsonObject[];

/** All values of a parameter as text, whatever their primitive type. */
export function textsOf(parameters: Parameters, name: string): readonly string[] {
  return parameters.flatMap((parameter) => {
    if (parameter.name !== name) return [];
    const text = primitiveText(valueOf(parameter)?.value);
    return text === undefined || text === '' ? [] : [text];
  });
}

export function textOf(parameters: Parameters, name: string): string | undefined {
  return textsOf(parameters, name)[0];
}

/** @throws Fault `terminology.parameter` (400) when it is neither true nor false */
export function flagOf(parameters: Parameters, name: string): boolean | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw badParameter(name, `'${text}' is not a boolean; true and false are accepted`);
}

/** @throws Fault `terminology.parameter` (400) when it is not a whole number from 0 on */
export function countOf(parameters: Parameters, name: string): number | undefined {
  const text = textOf(parameters, name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badParameter(name, `'${text}' is not a whole number from 0 on`);
}

export function resourcesOf(parameters: Parameters, name: string): readonly JsonObject[] {
  return parameters.flatMap((parameter) =>
    parameter.name === name && isObject(parameter.resource) ? [parameter.resource] : [],
  );
}

export function resourceOf(parameters: Parameters, name: string): JsonObject | undefined {
  return resourcesOf(parameters, name)[0];
}

/** A Coding or CodeableConcept. */
export function objectOf(parameters: Parameters, name: string): JsonObject | undefined {
  for (const parameter of parameters) {
    const value = parameter.name === name ? valueOf(parameter)?.value : undefined;
    if (isObject(value)) return value;
  }
  return undefined;
}

function badParameter(name: string, text: string) {
  return fault('terminology.parameter', 400, 'invalid', `The parameter ${name}: ${text}`);
}

const NOT_SUPPORTED = ['date', 'context', 'contextDirection'];

/** @throws Fault `terminology.parameter` (400) for what would change the answer and cannot be done */
export function refuseUnsupported(parameters: Parameters): void {
  const name = NOT_SUPPORTED.find((candidate) => parameters.some((parameter) => parameter.name === candidate));
  if (name === undefined) return;
  const text = `The parameter ${name} is not supported: value sets are taken as they are now, by their url or as a resource`;
  throw fault('terminology.parameter', 400, 'not-supported', text);
}

import type { Issue } from '../kernel/fault.ts';
import { keepNumberText, numberText, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { ParameterDefinition } from '../sdk/operation.ts';

type ParameterType = ParameterDefinition['type'];

const COMPLEX: ReadonlySet<ParameterType> = new Set([
  'Reference',
  'Identifier',
  'Coding',
  'CodeableConcept',
  'Quantity',
  'Period',
]);

/** Types that stand for a declared one, besides itself: those that FHIR derives from it. */
const DERIVED: Readonly<Partial<Record<ParameterType, readonly string[]>>> = {
  string: ['code', 'id', 'markdown'],
  code: ['id'],
  uri: ['url', 'canonical', 'oid', 'uuid'],
  integer: ['positiveInt', 'unsignedInt'],
};

const NUMBER = /^-?(?:0|[1-9]\d{0,40})(?:\.\d{1,40})?$/;
const MAX_SHOWN = 40;

/** `valueDateTime` */
function valueProperty(type: string): string {
  return `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

/**
 * A value out of a URL as the parameter that a body would have; text when it cannot be one, saying what would be.
 * Whether it is a good date, code, … is seen when the whole is validated.
 */
export function parameterOfText(name: string, { type }: ParameterDefinition, text: string): JsonObject | string {
  const property = valueProperty(type);
  if (type === 'Resource' || COMPLEX.has(type))
    return `${name} is a ${type}, which is sent by POST in a Parameters resource.`;
  if (type === 'boolean') {
    if (text !== 'true' && text !== 'false') return `${name} must be true or false.`;
    return { name, [property]: text === 'true' };
  }
  if (type === 'integer' || type === 'positiveInt' || type === 'decimal') {
    if (!NUMBER.test(text)) return `${name} must be a number such as ${type === 'decimal' ? '1.50' : '15'}.`;
    const parameter: JsonObject = { name, [property]: Number(text) };
    if (String(Number(text)) !== text) keepNumberText(parameter, property, text);
    return parameter;
  }
  return { name, [property]: text };
}

/**
 * The value of a parameter of a body as code of modules gets it; a text that says what would be accepted when the
 * parameter has none of the declared type.
 */
export function valueOf(
  name: string,
  { type }: ParameterDefinition,
  parameter: JsonObject,
): { readonly value: unknown } | string {
  const { resource } = parameter;
  const given = Object.keys(parameter).filter((key) => key.startsWith('value') || key === 'resource' || key === 'part');
  if (type === 'Resource') {
    return given.length === 1 && resource !== undefined
      ? { value: resource }
      : `${name} needs a resource, and nothing besides.`;
  }
  const properties = [type, ...(DERIVED[type] ?? [])].map(valueProperty);
  const [property = ''] = given;
  if (given.length !== 1 || !properties.includes(property)) {
    return `${name} needs one ${properties[0] ?? ''}, and nothing besides.`;
  }
  return { value: type === 'decimal' ? numberText(parameter, property) : parameter[property] };
}

/** An issue when only some values are accepted and this is none of them. */
export function refusedValue(
  name: string,
  { oneOf }: ParameterDefinition,
  value: unknown,
  expression: string,
): readonly Issue[] {
  if (oneOf === undefined || oneOf.includes(String(value))) return [];
  const text = `${name} must be one of ${oneOf.join(', ')}; it is "${String(value).slice(0, MAX_SHOWN)}".`;
  return [{ severity: 'error', code: 'code-invalid', text, expression: [expression] }];
}

/** The parameter of an answer. @param value as code of modules gives it; decimals as text */
export function parameterOf(name: string, { type }: ParameterDefinition, value: unknown): JsonObject {
  if (type === 'Resource') return { name, resource: value as JsonValue };
  const property = valueProperty(type);
  if (type !== 'decimal') return { name, [property]: value as JsonValue };
  const text = String(value);
  if (!NUMBER.test(text)) throw new Error(`the answer's ${name} is no decimal`);
  const parameter: JsonObject = { name, [property]: Number(text) };
  keepNumberText(parameter, property, text);
  return parameter;
}

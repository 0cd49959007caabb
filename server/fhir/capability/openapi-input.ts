import type { ParameterDefinition } from '../../sdk/operation.ts';
import { documentation } from '../operations/operation-definition.ts';
import type { OperationSignature } from '../operations/operation.ts';

const FHIR_JSON = 'application/fhir+json';

/** Those whose values are no texts in a URL, with their JSON types. */
const JSON_TYPES: Readonly<Partial<Record<ParameterDefinition['type'], string>>> = {
  boolean: 'boolean',
  integer: 'integer',
  positiveInt: 'integer',
  decimal: 'number',
};
const PRIMITIVE = /^[a-z]/;

/** Parameters of the URL of an operation that is called by GET; those with parts go by POST only. */
export function inputInQuery(signature: OperationSignature | undefined): readonly object[] {
  return Object.entries(signature?.input ?? {})
    .filter(([, { type }]) => PRIMITIVE.test(type))
    .map(([name, definition]) => {
      const one = schemaOf(definition);
      return {
        name,
        in: 'query',
        required: definition.min === 1,
        description: documentation(definition),
        schema: definition.max === '*' ? { type: 'array', items: one } : one,
      };
    });
}

/** The body of an operation: Parameters, of the declared names where they are declared. */
export function inputInBody(signature: OperationSignature | undefined): object {
  const schema = signature === undefined ? {} : parametersSchema(signature);
  return { content: { [FHIR_JSON]: { schema } } };
}

function parametersSchema({ input }: OperationSignature): object {
  const parameter = Object.entries(input).map(([name, definition]) => ({
    type: 'object',
    description: documentation(definition),
    required: ['name', propertyOf(definition)],
    properties: { name: { type: 'string', enum: [name] }, [propertyOf(definition)]: schemaOf(definition) },
  }));
  return {
    type: 'object',
    required: ['resourceType'],
    properties: {
      resourceType: { type: 'string', enum: ['Parameters'] },
      parameter: { type: 'array', items: parameter.length === 0 ? {} : { oneOf: parameter } },
    },
  };
}

function schemaOf({ type, oneOf }: ParameterDefinition): object {
  const name = PRIMITIVE.test(type) ? (JSON_TYPES[type] ?? 'string') : 'object';
  return { type: name, ...(oneOf === undefined ? {} : { enum: oneOf }) };
}

function propertyOf({ type }: ParameterDefinition): string {
  return type === 'Resource' ? 'resource' : `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

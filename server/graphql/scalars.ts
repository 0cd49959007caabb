import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLScalarType,
  GraphQLString,
  Kind,
  type GraphQLOutputType,
} from 'graphql';
import { ExactNumber } from './exact-number.ts';

/** ID, which may be written as a name: `Patient(id: example)`. */
export const GRAPH_ID = new GraphQLScalarType<string, string>({
  name: 'ID',
  serialize: String,
  parseValue: (value) => GraphQLID.parseValue(value),
  parseLiteral: (node) => (node.kind === Kind.ENUM ? node.value : GraphQLID.parseLiteral(node)),
});

/** Values of arguments are written as names (`official`), texts, numbers or booleans; all of them are texts in FHIR. */
export const FHIR_VALUE = new GraphQLScalarType<string, string>({
  name: 'FhirValue',
  description: 'A value as FHIR writes it, with or without quotation marks: a name, a text, a number, true or false.',
  parseValue(value) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new GraphQLError('A value must be a text, a number or a boolean.');
  },
  parseLiteral(node) {
    switch (node.kind) {
      case Kind.STRING:
      case Kind.ENUM:
      case Kind.INT:
      case Kind.FLOAT:
        return node.value;
      case Kind.BOOLEAN:
        return String(node.value);
      default:
        throw new GraphQLError('A value must be a name, a text, a number or a boolean.', { nodes: node });
    }
  },
});

const DECIMAL = new GraphQLScalarType<ExactNumber, ExactNumber>({
  name: 'decimal',
  description: 'A decimal with all of its digits.',
  specifiedByURL: 'https://hl7.org/fhir/R4/datatypes.html#decimal',
  serialize(value) {
    if (value instanceof ExactNumber) return value;
    throw new GraphQLError('not a decimal');
  },
  parseValue: (value) => new ExactNumber(String(GraphQLFloat.parseValue(value))),
});

const BUILT_IN: Readonly<Record<string, GraphQLOutputType>> = {
  string: GraphQLString,
  boolean: GraphQLBoolean,
  id: GRAPH_ID,
  integer: GraphQLInt,
  positiveInt: GraphQLInt,
  unsignedInt: GraphQLInt,
  decimal: DECIMAL,
};

const made = new Map<string, GraphQLOutputType>();

/** The scalar of a primitive type of FHIR. */
export function scalarOf(primitive: string): GraphQLOutputType {
  const own = Object.hasOwn(BUILT_IN, primitive) ? BUILT_IN[primitive] : made.get(primitive);
  if (own !== undefined) return own;
  const specifiedByURL = `https://hl7.org/fhir/R4/datatypes.html#${primitive}`;
  const scalar = new GraphQLScalarType({ name: primitive, specifiedByURL });
  made.set(primitive, scalar);
  return scalar;
}

/** The texts of an argument of FHIR values, which a variable may hold one by one. */
export function fhirValues(argument: unknown): readonly string[] {
  if (argument === undefined || argument === null) return [];
  return Array.isArray(argument) ? argument.flatMap(fhirValues) : [String(argument)];
}

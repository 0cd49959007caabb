import { DirectiveLocation, GraphQLDirective, GraphQLNonNull, GraphQLString } from 'graphql';

/** They change the form of the answer: flatten.ts. https://hl7.org/fhir/R4/graphql.html#flattening */
export const DIRECTIVES: readonly GraphQLDirective[] = [
  new GraphQLDirective({
    name: 'flatten',
    description: 'The field itself is left out; its fields stand in its place, as lists where it repeats.',
    locations: [DirectiveLocation.FIELD],
  }),
  new GraphQLDirective({
    name: 'first',
    description: 'Only the first of the values.',
    locations: [DirectiveLocation.FIELD],
  }),
  new GraphQLDirective({
    name: 'singleton',
    description: 'Inside of @flatten: one value, not a list.',
    locations: [DirectiveLocation.FIELD],
  }),
  new GraphQLDirective({
    name: 'slice',
    description: 'With @flatten: the fields of each item carry the value of the path in their names.',
    locations: [DirectiveLocation.FIELD],
    args: { path: { type: new GraphQLNonNull(GraphQLString) } },
  }),
];

import type { GraphQLOutputType } from 'graphql';
import type { Definitions } from '../definitions/definitions.ts';
import type { SearchRegistry } from '../search/registry-types.ts';

/** The types of one schema, made when they are asked for. */
export interface SchemaTypes {
  readonly definitions: Definitions;
  readonly registry: SearchRegistry;
  /** Resource types that the query names. */
  readonly named: readonly string[];
  /** `HumanName`, `Patient.contact`, `Patient`, or `Resource`, which is any of them. */
  type(name: string): GraphQLOutputType;
}

import { GraphQLError } from 'graphql';
import { outcomeOfFault } from '../fhir/outcome.ts';
import { Fault } from '../kernel/fault.ts';
import type { GraphContext, GraphNode } from './graph-context.ts';

/** A fault as GraphQL tells it. https://hl7.org/fhir/R4/graphql.html#errors */
export function graphError(fault: Fault): GraphQLError {
  const message = fault.issues.map(({ text }) => text).join(' ');
  return new GraphQLError(message, { extensions: { resource: outcomeOfFault(fault) }, originalError: fault });
}

type Resolve<Args> = (node: GraphNode, args: Args, context: GraphContext) => unknown;

/** A resolver whose faults are told with their outcome. */
export function reporting<Args>(
  resolve: Resolve<Args>,
): (node: GraphNode, args: Args, context: GraphContext) => unknown {
  return (node, args, context) => {
    try {
      const result = resolve(node, args, context);
      return result instanceof Promise ? result.catch(told) : result;
    } catch (error) {
      return told(error);
    }
  };
}

function told(error: unknown): never {
  throw error instanceof Fault ? graphError(error) : error;
}

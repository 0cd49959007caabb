import type { Ctx, Engine } from '../fhir/engine.ts';
import { visibleResource } from '../fhir/interactions/visible.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import type { FhirResponse } from '../fhir/request.ts';
import type { JsonObject } from '../kernel/json.ts';
import { resultText } from './exact-number.ts';
import { readGraphqlRequest, type GraphqlRequest } from './graphql-request.ts';
import { describedSchema } from './introspection.ts';
import { isSchemaRequest } from './prepare-query.ts';
import { runQuery } from './run-query.ts';

/** `$graphql` on the system and on a resource. https://hl7.org/fhir/R4/graphql.html */
export const graphql: Operation = {
  code: 'graphql',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-graphql',
  text:
    'Answers a GraphQL query over the resources that the caller may see: resources, lists and pages of them, what they refer ' +
    'to and what refers to them. Takes query, operationName and variables, in the URL, as JSON or as application/graphql.',
  levels: ['system', 'instance'],
  affectsState: false,
  takesBytes: true,
  givesBytes: true,
  async run(engine, ctx, { request, type, id }) {
    const query = readGraphqlRequest(request);
    const root =
      type === undefined || id === undefined ? undefined : await visibleResource(engine, ctx, '$graphql', type, id);
    if (root === undefined) ctx.audit.note({ action: 'E', interaction: '$graphql' });
    return root === undefined && isSchemaRequest(query)
      ? describedSchema(engine.registry, query, ctx.now, () => answerTo(engine, ctx, query, undefined))
      : answerTo(engine, ctx, query, root);
  },
};

async function answerTo(
  engine: Engine,
  ctx: Ctx,
  query: GraphqlRequest,
  root: JsonObject | undefined,
): Promise<FhirResponse> {
  const { errors, ...result } = await runQuery(engine, ctx, query, root);
  const told = errors === undefined ? {} : { errors: errors.map((error) => error.toJSON()) };
  const bytes = Buffer.from(resultText({ ...told, ...result }));
  // Without data it was refused before it ran: https://hl7.org/fhir/R4/graphql.html#errors
  const status = 'data' in result ? 200 : 400;
  return { status, headers: {}, raw: { bytes, contentType: 'application/json; charset=utf-8' } };
}

import { requireFreshFactor } from '../../access/step-up.ts';
import type { Ctx } from '../../fhir/engine.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { stringifyJson } from '../../kernel/json.ts';
import type { ApiKeys } from './api-keys.ts';
import type { ApiKey } from './stored-key.ts';

const DEFINITION = 'https://athanor.health/fhir/OperationDefinition/';
const DEFAULT_DAYS = 90;

/** Administration of the API keys of the caller's tenant. */
export function keyOperations(keys: ApiKeys): readonly Operation[] {
  return [
    {
      code: 'api-keys',
      definition: `${DEFINITION}api-keys`,
      text: 'Lists the API keys of the tenant, the newest first; never the keys themselves.',
      levels: ['system'],
      affectsState: false,
      async run(_engine, ctx, { request }) {
        primitiveInput(request, []);
        return parametersOf((await keys.list(ctx.tenant)).map((key) => ({ name: 'key', part: partsOf(key) })));
      },
    },
    {
      code: 'create-api-key',
      definition: `${DEFINITION}create-api-key`,
      text:
        'Makes an API key for a program. Takes name, role (once or more), scope (SMART system scopes; without: all that ' +
        `the roles may do), network (CIDR ranges, separated by commas) and days (1 to 365, default ${DEFAULT_DAYS}). ` +
        'The key is in the answer and nowhere else. Needs a fresh second factor.',
      levels: ['system'],
      affectsState: true,
      async run(_engine, ctx, { request }) {
        requireFreshFactor(ctx.access, ctx.now());
        const input = primitiveInput(request, ['name', 'role', 'scope', 'network', 'days']);
        const scopes = input.get('scope');
        const networks = single(input, 'network');
        const { key, stored } = await keys.create({
          tenant: ctx.tenant,
          name: single(input, 'name') ?? '',
          roles: input.get('role') ?? [],
          ...(scopes === undefined ? {} : { scopes }),
          ...(networks === undefined ? {} : { networks }),
          days: Number(single(input, 'days') ?? DEFAULT_DAYS),
          createdBy: callerOf(ctx),
        });
        return parametersOf([
          { name: 'secret', valueString: key },
          { name: 'key', part: partsOf(stored) },
        ]);
      },
    },
    {
      code: 'revoke-api-key',
      definition: `${DEFINITION}revoke-api-key`,
      text: 'Ends an API key; takes its id. Other workers know it within 5 seconds.',
      levels: ['system'],
      affectsState: true,
      async run(_engine, ctx, { request }) {
        await keys.revoke(ctx.tenant, single(primitiveInput(request, ['id']), 'id') ?? '');
        return parametersOf([]);
      },
    },
  ];
}

function callerOf({ access: { principal } }: Ctx): string {
  return principal.account ?? principal.client ?? principal.kind;
}

function parametersOf(parameter: JsonObject[]): FhirResponse {
  const resource = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}

function partsOf(key: ApiKey): JsonObject[] {
  const time = (name: string, at: number | undefined): JsonObject[] =>
    at === undefined ? [] : [{ name, valueInstant: new Date(at).toISOString() }];
  return [
    { name: 'id', valueString: key.id },
    { name: 'start', valueString: key.start },
    { name: 'name', valueString: key.name },
    ...key.roles.map((role) => ({ name: 'role', valueString: role })),
    ...(key.scopes ?? []).map((scope) => ({ name: 'scope', valueString: scope })),
    ...(key.networks === undefined ? [] : [{ name: 'network', valueString: key.networks }]),
    ...(key.createdBy === undefined ? [] : [{ name: 'createdBy', valueString: key.createdBy }]),
    ...time('created', key.created),
    ...time('expires', key.expires),
    ...time('revoked', key.revoked),
    ...time('used', key.used),
  ];
}

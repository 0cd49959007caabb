import { fault, type Issue } from '../../kernel/fault.ts';
import { isObject, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { readForWrite, referrers } from '../../storage/lock.ts';
import { liveRefs } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleResource } from '../interactions/visible.ts';
import { locateIssues } from '../locate-issues.ts';
import { outcomeOf } from '../outcome.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { allowedOfType } from '../search/allowed-rows.ts';
import { visibleTargets } from '../search/visible-targets.ts';
import { isError, prepare } from '../write/prepare.ts';
import { referenceKeys } from '../write/reference-keys.ts';
import { missingReferences, requiredTargets } from '../write/references.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

const MODES = ['create', 'update', 'delete', 'profile'] as const;
const PARAMETERS = ['mode', 'profile'];

interface Input {
  readonly resource: JsonObject | undefined;
  /** Where the resource stands in the body. */
  readonly root?: string;
  readonly mode: (typeof MODES)[number] | undefined;
  readonly profiles: readonly string[];
}

/**
 * Checks a resource without storing it: given in the body, or the stored one of an instance. Answers an OperationOutcome
 * with 200 whether or not it is valid. https://hl7.org/fhir/R4/resource-operation-validate.html
 */
export const validate: Operation = {
  code: 'validate',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate',
  text: 'Whether a resource is valid, meets a profile, or could be created, updated or deleted.',
  levels: ['type', 'instance'],
  affectsState: false,
  async run(engine, ctx, call) {
    const input = readInput(call);
    const issues = await findIssues(engine, ctx, call, input);
    return outcome(locateIssues(issues, call.request, input.root));
  },
};

function outcome(issues: readonly Issue[]): FhirResponse {
  return { status: 200, headers: {}, text: stringifyJson(outcomeOf(issues)) };
}

/** @throws Fault 400 when the body is neither a resource of the type nor Parameters with one */
function readInput({ request, type = '' }: OperationCall): Input {
  const { body } = request;
  const wrapped = isObject(body) && body.resourceType === 'Parameters' && Array.isArray(body.parameter);
  const parameters = wrapped && Array.isArray(body.parameter) ? body.parameter : [];
  const at = parameters.findIndex((parameter) => isObject(parameter) && parameter.name === 'resource');
  const holder = parameters[at];
  const isBare = isObject(body) && !(wrapped && (type !== 'Parameters' || isObject(holder)));
  const rest: FhirRequest = isBare
    ? withoutBody(request)
    : {
        ...request,
        ...(wrapped ? { body: { ...body, parameter: parameters.filter((_, index) => index !== at) } } : {}),
      };
  const given = primitiveInput(rest, PARAMETERS);
  const resource = isBare ? body : isObject(holder) ? holder.resource : undefined;
  if (holder !== undefined && !isObject(resource)) {
    throw fault(
      'validate.noResource',
      400,
      'structure',
      'The parameter "resource" must hold a resource.',
      'Parameters',
    );
  }
  const found = isObject(resource) ? resource : undefined;
  if (found !== undefined && found.resourceType !== type) {
    const text = `The resource must be a ${type}, as in the URL. To check another type, use [type]/$validate of that type.`;
    throw fault('rest.wrongType', 400, 'invalid', text, 'resourceType');
  }
  return {
    resource: found,
    ...(isBare || found === undefined ? {} : { root: `Parameters.parameter[${at}].resource` }),
    mode: readMode(given.get('mode')?.[0]),
    profiles: given.get('profile') ?? [],
  };
}

function withoutBody({ body: _body, ...request }: FhirRequest): FhirRequest {
  return request;
}

function readMode(text: string | undefined): Input['mode'] {
  if (text === undefined || text === '') return undefined;
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) {
    throw fault('validate.badMode', 400, 'value', `mode must be one of ${MODES.join(', ')}.`, 'http.mode');
  }
  return mode;
}

async function findIssues(
  engine: Engine,
  ctx: Ctx,
  { type = '', id }: OperationCall,
  { resource, mode, profiles }: Input,
): Promise<readonly Issue[]> {
  if (mode === 'profile' && profiles.length === 0) {
    throw fault('validate.noProfile', 400, 'required', 'mode=profile needs the parameter profile.', 'http.profile');
  }
  if ((mode === 'delete' || mode === 'update') && id === undefined) {
    throw fault('validate.noInstance', 400, 'required', `mode=${mode} is asked of one ${type}: [type]/[id]/$validate.`);
  }
  if (mode === 'delete' && id !== undefined) return deletionIssues(engine, ctx, type, id);
  const examined =
    resource ?? (id === undefined ? undefined : await visibleResource(engine, ctx, '$validate', type, id));
  if (examined === undefined) {
    throw fault(
      'validate.noResource',
      400,
      'required',
      `Send the ${type} to be checked as the body, or as the parameter "resource" of Parameters.`,
      'http.body',
    );
  }
  const issues = [...(await engine.examine(examined, profiles))];
  if (mode === 'update' && examined.id !== id) {
    const text = `The id of the resource must be "${id}", as in the URL.`;
    issues.push({ severity: 'error', code: 'value', text, expression: [`${type}.id`] });
  }
  if ((mode === 'create' || mode === 'update') && !issues.some(isError)) {
    issues.push(...(await missingTargets(engine, ctx, examined, id ?? ctx.newId())));
  }
  return issues;
}

/** References that would keep the resource from being written. */
async function missingTargets(engine: Engine, ctx: Ctx, resource: JsonObject, id: string): Promise<readonly Issue[]> {
  const prepared = await prepare(engine, ctx.tenant, resource, id);
  const required = requiredTargets(engine, [prepared], new Set());
  if (required.length === 0) return [];
  const present = await visibleTargets(engine, ctx, prepared.rows.localReferences);
  const missing = required.filter((ref) => !present.has(ref));
  return missing.length === 0 ? [] : missingReferences([prepared], missing).issues;
}

async function deletionIssues(engine: Engine, ctx: Ctx, type: string, id: string): Promise<readonly Issue[]> {
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const live = (await readForWrite(ctx.db, ctx.tenant, [ref], false)).get(ref);
  const visible = await liveRefs(ctx.db, ctx.tenant, [ref], allowedOfType(engine, ctx, type, 'read'));
  if (live === undefined || !visible.has(ref)) {
    return [
      { severity: 'information', code: 'not-found', text: `${type}/${id} does not exist; a delete would do nothing.` },
    ];
  }
  if (!engine.settings.referentialIntegrity) return [];
  const others = await referrers(ctx.db, referenceKeys(engine, ctx.tenant, type, id), [live.pid], 5);
  if (others.length === 0) return [];
  const names = ctx.access.isUnrestricted
    ? others.map((other) => `${engine.definitions.typeName(other.type)}/${other.id}`).join(', ')
    : `${others.length} resources`;
  const text = `It cannot be deleted while others refer to it: ${names}${others.length === 5 ? ' and more' : ''}.`;
  return [{ severity: 'error', code: 'conflict', text, expression: [type] }];
}

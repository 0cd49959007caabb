import type { Ctx, Engine } from '../../fhir/engine.ts';
import { addPatients } from '../../fhir/audit-patients.ts';
import { readQuery } from '../../fhir/query.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { expectResource, isError } from '../../fhir/write/prepare.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { isFhirId } from '../../kernel/id.ts';
import { isObject, stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { storeAuditRows, type AuditRow } from '../../storage/audit-rows.ts';
import { uuidv7 } from '../../kernel/id.ts';
import { detailText } from '../detail.ts';
import { clientKind } from '../kinds.ts';
import { renderEvent } from '../render/render-event.ts';
import { whoIs } from '../who.ts';
import { storedOf } from './stored-of.ts';

/** `POST [base]/AuditEvent`: what the client sent is kept as it is, under an id and a time of ours. */
export async function appendEvent(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  readQuery(request, []);
  if (request.headers.ifNoneExist !== undefined) {
    throw fault('rest.noConditionalCreate', 412, 'not-supported', 'An AuditEvent cannot be created conditionally.');
  }
  const resource = expectResource(request.body, 'AuditEvent');
  const issues = await engine.validate(resource);
  if (issues.some(isError)) throw new Fault('validation.failed', 422, issues);
  const id = uuidv7(ctx.now());
  const identified = { ...resource, id };
  if (!ctx.access.permits(identified, 'create')) {
    throw fault('access.forbidden', 403, 'forbidden', 'You may not create AuditEvents.');
  }
  const row = rowOfSent(ctx, id, resource);
  const noted = ctx.audit.rows([{ action: 'C', interaction: 'create', type: 'AuditEvent', id, version: 1 }]);
  await storeAuditRows(ctx.db, ctx.tenant, [row, ...(noted ?? [])]);
  const location = `${ctx.baseUrl}/AuditEvent/${id}/_history/1`;
  const headers = { ETag: 'W/"1"', Location: location, 'Last-Modified': new Date(row.recorded).toUTCString() };
  if (request.headers.prefer.return === 'minimal') return { status: 201, headers };
  return { status: 201, headers, text: renderEvent(storedOf(ctx.tenant, row), ctx.baseUrl) };
}

function rowOfSent(ctx: Ctx, id: string, resource: JsonObject): AuditRow {
  const { resourceType: _type, id: _id, meta: _meta, ...kept } = resource;
  const text = stringifyJson(kept);
  const patients = new Set<string>();
  addPatients(patients, 'AuditEvent', id, text, ctx.baseUrl);
  const [type = '', resourceId = ''] = targetOf(resource).split('/');
  const who = whoIs(ctx.access.principal);
  return {
    recorded: parseInt(id.slice(0, 8) + id.slice(9, 13), 16),
    id,
    kind: clientKind(codingOf(resource.type)),
    action: typeof resource.action === 'string' ? resource.action : '',
    outcome: Number(resource.outcome ?? 0),
    status: 201,
    interaction: listOf(resource.subtype)
      .map(codingOf)
      .map(({ system, code }) => `${system}|${code}`)
      .join(' '),
    type,
    resourceId,
    version: 0,
    agent: agentOf(resource) ?? who.agent,
    who: who.text,
    ip: '',
    requestId: ctx.requestId,
    patients: [...patients],
    found: '',
    detail: detailText({ event: text }),
  };
}

/** By what the event is found: its first entity that is a resource of this server, patients aside. */
function targetOf(resource: JsonObject): string {
  const references = listOf(resource.entity).map(({ what }) => (isObject(what) ? what.reference : undefined));
  const targets = references.map((reference) =>
    typeof reference === 'string'
      ? /^(?!Patient\/)[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}/.exec(reference)?.[0]
      : undefined,
  );
  return targets.find((target) => target !== undefined) ?? '';
}

/** By whom the event is found: its first agent that is a resource of this server. */
function agentOf(resource: JsonObject): string | undefined {
  for (const { who } of listOf(resource.agent)) {
    const reference = isObject(who) && typeof who.reference === 'string' ? who.reference : '';
    const [type, id = ''] = reference.split('/');
    if (
      /^(Practitioner|PractitionerRole|Patient|RelatedPerson|Device|Organization)$/.test(type ?? '') &&
      isFhirId(id)
    ) {
      return `${type}/${id}`;
    }
  }
  return undefined;
}

/** Without what would end a token in the columns. */
function codingOf(value: JsonValue | undefined): { readonly system: string; readonly code: string } {
  const text = (part: JsonValue | undefined): string => (typeof part === 'string' ? part.replace(/[\s|]/g, '') : '');
  return isObject(value) ? { system: text(value.system), code: text(value.code) } : { system: '', code: '' };
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

import { randomUUID } from 'node:crypto';
import { loadUnit } from '../../server/import/load-unit.ts';
import type { Ctx, Engine } from '../../server/fhir/engine.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { Fault } from '../../server/kernel/fault.ts';
import { asServer, inClinicTransaction } from '../../server/module-host/clinic-transaction.ts';
import { createClinic } from '../../server/module-host/clinic.ts';
import type { AnyResource, Clinic, ResourceOf, TypeName } from '../../server/sdk/index.ts';

/** What a write path is tried on: over HTTP, and past it. */
export interface BypassServer {
  readonly engine: Engine;
  ctx(): Ctx;
  send(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: { readonly issue?: readonly object[] } }>;
}

/** A rule that refuses, for a type with identifiers. */
export interface BypassCase {
  /** What the rule accepts. */
  readonly accepted: AnyResource;
  /** The same with what it refuses. */
  readonly refused: AnyResource;
  /** A FHIRPath Patch (Parameters) that makes the one the other. */
  readonly fhirPathPatch: object;
  /** Code of the fault or issue by which it refuses. */
  readonly fault: string;
}

/** A rule that refuses deletions, for a type with identifiers. */
export interface DeletionCase {
  /** What the rule does not let go. */
  readonly kept: AnyResource;
  readonly fault: string;
}

/** A write path that was not refused as it should be. */
export interface Bypass {
  readonly path: string;
  /** HTTP status, also of paths past HTTP. */
  readonly status: number;
  readonly outcome: string;
  /** False: something was stored, changed or deleted all the same. */
  readonly isUnchanged: boolean;
}

interface Attempt {
  readonly status: number;
  readonly outcome: unknown;
}

type Path = (target: Target) => Promise<Attempt>;

interface Target {
  readonly server: BypassServer;
  readonly type: TypeName;
  /** Of the resource that is there. */
  readonly id: string;
  /** An id under which nothing is. */
  readonly freeId: string;
  /** `identifier=system|value` of the resource that is there, and one that finds nothing. */
  readonly found: string;
  readonly notFound: string;
  readonly refused: AnyResource;
  /** The version of the one that is there which the rule refuses. */
  readonly refusedThere: AnyResource & { readonly id: string };
  readonly jsonPatch: readonly object[];
  readonly fhirPathPatch: object;
}

const SYSTEM = 'urn:athanor:bypass';
const JSON_PATCH = { 'Content-Type': 'application/json-patch+json' };

/** Every way in which a resource comes to be or changes. */
const WRITES: Readonly<Record<string, Path>> = {
  create: ({ server, type, refused }) => http(server, 'POST', type, refused),
  'conditional create': ({ server, type, refused, notFound }) =>
    http(server, 'POST', type, refused, { 'If-None-Exist': notFound }),
  'create with Idempotency-Key': ({ server, type, refused, freeId }) =>
    http(server, 'POST', type, refused, { 'Idempotency-Key': freeId }),
  'create with X-Provenance': ({ server, type, refused }) =>
    http(server, 'POST', type, refused, { 'X-Provenance': JSON.stringify(PROVENANCE) }),
  update: ({ server, type, id, refusedThere }) => http(server, 'PUT', `${type}/${id}`, refusedThere),
  'create by PUT': ({ server, type, refused, freeId }) =>
    http(server, 'PUT', `${type}/${freeId}`, { ...refused, id: freeId }),
  'update with If-Match': ({ server, type, id, refusedThere }) =>
    http(server, 'PUT', `${type}/${id}`, refusedThere, { 'If-Match': 'W/"1"' }),
  'conditional update': ({ server, type, found, refusedThere }) =>
    http(server, 'PUT', `${type}?${found}`, refusedThere),
  'conditional update that creates': ({ server, type, notFound, refused }) =>
    http(server, 'PUT', `${type}?${notFound}`, refused),
  'JSON patch': ({ server, type, id, jsonPatch }) => http(server, 'PATCH', `${type}/${id}`, jsonPatch, JSON_PATCH),
  'FHIRPath patch': ({ server, type, id, fhirPathPatch }) => http(server, 'PATCH', `${type}/${id}`, fhirPathPatch),
  'conditional patch': ({ server, type, found, jsonPatch }) =>
    http(server, 'PATCH', `${type}?${found}`, jsonPatch, JSON_PATCH),
  'transaction POST': ({ server, type, refused }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'POST', url: type }, refused)),
  'transaction conditional POST': ({ server, type, refused, notFound }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'POST', url: type, ifNoneExist: notFound }, refused)),
  'transaction PUT': ({ server, type, id, refusedThere }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'PUT', url: `${type}/${id}` }, refusedThere)),
  'transaction PUT that creates': ({ server, type, refused, freeId }) =>
    http(
      server,
      'POST',
      '',
      bundle('transaction', { method: 'PUT', url: `${type}/${freeId}` }, { ...refused, id: freeId }),
    ),
  'transaction conditional PUT': ({ server, type, found, refusedThere }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'PUT', url: `${type}?${found}` }, refusedThere)),
  'transaction PATCH': ({ server, type, id, fhirPathPatch }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'PATCH', url: `${type}/${id}` }, fhirPathPatch)),
  'batch POST': ({ server, type, refused }) => entryOf(server, bundle('batch', { method: 'POST', url: type }, refused)),
  'import of a resource': ({ server, refused, freeId }) => imported(server, { ...refused, id: freeId }),
  'import of a transaction': ({ server, type, refused }) =>
    imported(server, bundle('transaction', { method: 'POST', url: type }, refused)),
  'create by an operation': ({ server, refused }) => clinic(server, (c) => c.create(refused)),
  'createOnce by a bot': ({ server, refused }) => clinic(server, (c) => c.createOnce('bypass', refused)),
  'update by an operation': ({ server, refusedThere }) => clinic(server, (c) => c.update(refusedThere)),
  'change by a bot': ({ server, type, id, refusedThere }) =>
    clinic(server, (c) => c.change(type, id, () => refusedThere as ResourceOf<TypeName>)),
  'transaction of an operation': ({ server, type, refused }) =>
    clinic(server, (c) => c.transaction([{ resource: refused, request: { method: 'POST', url: type } }])),
  'work of an operation in one transaction': ({ server, refused }) => inWork(server, (c) => c.create(refused)),
};

/** Every way in which a resource goes, but for its erasure, which nothing refuses. */
const DELETIONS: Readonly<Record<string, Path>> = {
  delete: ({ server, type, id }) => http(server, 'DELETE', `${type}/${id}`),
  'delete with If-Match': ({ server, type, id }) =>
    http(server, 'DELETE', `${type}/${id}`, undefined, { 'If-Match': 'W/"1"' }),
  'conditional delete': ({ server, type, found }) => http(server, 'DELETE', `${type}?${found}`),
  'transaction DELETE': ({ server, type, id }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'DELETE', url: `${type}/${id}` })),
  'transaction conditional DELETE': ({ server, type, found }) =>
    http(server, 'POST', '', bundle('transaction', { method: 'DELETE', url: `${type}?${found}` })),
  'batch DELETE': ({ server, type, id }) =>
    entryOf(server, bundle('batch', { method: 'DELETE', url: `${type}/${id}` })),
  expunge: ({ server, type, id }) =>
    http(server, 'POST', `${type}/${id}/$expunge`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'expungeEverything', valueBoolean: true }],
    }),
  'remove by an operation': ({ server, type, id }) => clinic(server, (c) => c.remove(type, id)),
  'work of an operation in one transaction': ({ server, type, id }) => inWork(server, (c) => c.remove(type, id)),
};

const PROVENANCE = {
  resourceType: 'Provenance',
  recorded: '2026-01-01T00:00:00Z',
  agent: [{ who: { display: 'Somebody' } }],
};

/** Names of all write paths that are tried. */
export const WRITE_PATHS: readonly string[] = Object.keys(WRITES);
export const DELETION_PATHS: readonly string[] = Object.keys(DELETIONS);

/**
 * Tries to store what a rule refuses, by each write path of the server. It holds when each answers 422 with its fault and
 * leaves everything as it was.
 * @returns the paths that got by it: `expect(await findBypasses(…)).toEqual([])`
 */
export async function findBypasses(server: BypassServer, given: BypassCase): Promise<readonly Bypass[]> {
  const { accepted, refused, fhirPathPatch } = given;
  const there = await store(server, accepted, 'there');
  const withIdentifier = (value: string): object => identified(server, refused, value);
  return tryAll(WRITES, given.fault, {
    ...there,
    server,
    type: accepted.resourceType,
    refused: withIdentifier('refused') as AnyResource,
    refusedThere: { ...withIdentifier('there'), id: there.id } as Target['refusedThere'],
    jsonPatch: jsonPatchOf(accepted, refused),
    fhirPathPatch,
  });
}

/** The same for a rule that refuses to have a resource deleted. */
export async function findDeletionBypasses(
  server: BypassServer,
  { kept, fault }: DeletionCase,
): Promise<readonly Bypass[]> {
  const there = await store(server, kept, 'kept');
  const none = { refused: kept, refusedThere: { ...kept, id: there.id }, jsonPatch: [], fhirPathPatch: {} };
  return tryAll(DELETIONS, fault, { ...there, ...none, server, type: kept.resourceType });
}

async function tryAll(paths: Readonly<Record<string, Path>>, fault: string, target: Target): Promise<Bypass[]> {
  const bypasses: Bypass[] = [];
  for (const [path, attempt] of Object.entries(paths)) {
    const before = await everything(target.server);
    const answer = await attempt(target);
    const isUnchanged = (await everything(target.server)) === before;
    const outcome = JSON.stringify(answer.outcome);
    if (answer.status === 422 && outcome.includes(JSON.stringify(fault)) && isUnchanged) continue;
    bypasses.push({ path, status: answer.status, outcome, isUnchanged });
  }
  return bypasses;
}

type Stored = Pick<Target, 'id' | 'freeId' | 'found' | 'notFound'>;

async function store(server: BypassServer, resource: AnyResource, value: string): Promise<Stored> {
  const { id } = await createClinic(server.engine, asServer(server.ctx())).create(identified(server, resource, value));
  const found = `identifier=${SYSTEM}|${value}`;
  return { id, freeId: `free-${value}`, found, notFound: `identifier=${SYSTEM}|nobody` };
}

/** Some types have one identifier, most have a list. */
function identified({ engine }: BypassServer, resource: AnyResource, value: string): AnyResource {
  const identifier = { system: SYSTEM, value };
  const elements = engine.definitions.type(resource.resourceType)?.elements ?? [];
  const isSingle = elements.find(({ name }) => name === 'identifier')?.max === 1;
  return { ...resource, identifier: isSingle ? identifier : [identifier] } as AnyResource;
}

/** Elements that are added, replaced or taken away. */
function jsonPatchOf(before: AnyResource, after: AnyResource): readonly object[] {
  const [was, is] = [before, after].map((resource) => resource as unknown as JsonObject);
  const names = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  return [...names].flatMap((name) => {
    const [old, value] = [was?.[name], is?.[name]];
    if (JSON.stringify(old) === JSON.stringify(value)) return [];
    const path = `/${name}`;
    return value === undefined
      ? [{ op: 'remove', path }]
      : [{ op: old === undefined ? 'add' : 'replace', path, value }];
  });
}

async function http(
  server: BypassServer,
  method: string,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
): Promise<Attempt> {
  const answer = await server.send(method, path, body, headers);
  return { status: answer.status, outcome: answer.body };
}

function bundle(type: 'transaction' | 'batch', request: object, resource?: object): object {
  return { resourceType: 'Bundle', type, entry: [{ ...(resource === undefined ? {} : { resource }), request }] };
}

/** A batch succeeds; its entry does not. */
async function entryOf(server: BypassServer, body: object): Promise<Attempt> {
  const answer = await server.send('POST', '', body);
  const entries = (answer.body as { entry?: readonly { response?: { status?: string } }[] }).entry;
  return { status: Number.parseInt(entries?.[0]?.response?.status ?? '0', 10), outcome: answer.body };
}

/** As `athanor import` loads a line; a refusal is a rejected line with its reasons. */
async function imported({ engine, ctx }: BypassServer, resource: object): Promise<Attempt> {
  const bytes = Buffer.from(`${JSON.stringify(resource)}\n`);
  const line = { number: 1, key: randomUUID().replaceAll('-', ''), bytes };
  const unit = { source: 'bypass.ndjson', lines: [line], isolate: true };
  const { rejected } = await loadUnit({ engine, dryRun: false, ctx }, unit);
  return { status: rejected.length === 1 ? 422 : 200, outcome: rejected.map(({ reasons }) => reasons) };
}

/** With the server's own rights, as bots and `asServer` of operations act. */
function clinic({ engine, ctx }: BypassServer, work: (clinic: Clinic) => Promise<unknown>): Promise<Attempt> {
  return outcomeOf(() => work(createClinic(engine, asServer(ctx()))));
}

function inWork({ engine, ctx }: BypassServer, work: (clinic: Clinic) => Promise<unknown>): Promise<Attempt> {
  return outcomeOf(() => inClinicTransaction(engine, asServer(ctx()), work));
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Attempt> {
  try {
    return { status: 200, outcome: await work() };
  } catch (error) {
    if (error instanceof Fault) return { status: error.status, outcome: [error.code, error.issues] };
    throw error;
  }
}

/** Changes with every write, whatever it writes. */
async function everything({ engine }: BypassServer): Promise<string> {
  const [row] = await engine.db.query<{ state: string }>({
    text:
      `select (select count(*) || ' ' || coalesce(sum(version), 0) from resource) || ' ' || ` +
      `(select count(*) from history) as state`,
    values: [],
  });
  return row?.state ?? '';
}

import fc from 'fast-check';
import { buildAccess, type Decisions } from '../../server/access/build-access.ts';
import { consentRuleOf, type ConsentRule } from '../../server/access/consent/consent-rule.ts';
import type { Access, Action } from '../../server/access/access.ts';
import type { Variable } from '../../server/access/criteria.ts';
import type { Role } from '../../server/access/grant.ts';
import { narrow } from '../../server/access/narrow.ts';
import type { Principal } from '../../server/access/principal.ts';
import { readRole } from '../../server/access/read-role.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { route } from '../../server/fhir/router.ts';
import type { JsonObject, JsonValue } from '../../server/kernel/json.ts';
import { compilePage, type CompileContext, type CompiledPage } from '../../server/search/compile/compile-search.ts';
import type { Indexer } from '../../server/search/index/indexer.ts';
import type { IndexRows } from '../../server/search/index/row-types.ts';
import { createReferenceReader } from '../../server/search/index/reference-target.ts';
import { readProtectedParts } from '../../server/protection/rules.ts';
import { parseSearch } from '../../server/search/parse/parse-search.ts';
import { openTestEngine, TEST_BASE, type TestEngine } from '../harness/test-engine.ts';
import { newMasters } from '../protection/protected-server.ts';
import { isExpected } from './policy-expectation.ts';
import { randomClinic, TYPES, type Coded } from './policy-data.ts';
import {
  policies,
  type Condition,
  type RandomGrant,
  type RandomPolicy,
  type RandomProvision,
  type RandomScope,
} from './policy-random.ts';

const RUNS = Number(process.env.POLICY_RUNS ?? 2000);
/** The same policies every time; another seed tries others. */
const SEED = Number(process.env.POLICY_SEED ?? 1);
const NOW = Date.UTC(2026, 10, 25);
const ACTIONS: readonly Action[] = ['create', 'read', 'update', 'delete', 'search'];
const clinic = randomClinic(7).filter(({ resourceType }) => TYPES.includes(String(resourceType)));

let open: TestEngine;
let indexer: Indexer;
/** Searches that found a label in use before they were made with its condition. */
let labelled = 0;

beforeAll(async () => {
  // Identifiers of every type are encrypted: other tokens of it must be found as they are.
  const parts = readProtectedParts(TYPES.map((type) => `${type}.identifier`).join());
  const protection = { masters: newMasters(), parts };
  open = await openTestEngine({ validation: 'structure', referentialIntegrity: false, protection });
  await store(open, open.ctx(), randomClinic(7));
  // The same resources are asked about thousands of times.
  const rows = new Map<JsonObject, IndexRows>();
  indexer = {
    ...open.engine.indexer,
    index(resource, hasher) {
      const known = rows.get(resource) ?? open.engine.indexer.index(resource, hasher);
      rows.set(resource, known);
      return known;
    },
  };
}, 60_000);
afterAll(() => open.close());

test(`${RUNS} random policies: the database, the memory and a plain reading of the rules agree on every resource`, async () => {
  let decisions = 0;
  let allowed = 0;
  await fc.assert(
    fc.asyncProperty(policies, fc.constantFrom(...ACTIONS), async (policy, action) => {
      const access = accessOf(policy);
      const expected = namesOf(clinic.filter((resource) => isExpected(policy, resource, action, NOW)));
      expect(namesOf(clinic.filter((resource) => access.permits(resource, action)))).toEqual(expected);
      expect(await inDatabase(access, action)).toEqual(expected);
      decisions += clinic.length;
      allowed += expected.length;
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Policies that allow nothing, or everything, would show nothing.
  expect(allowed / decisions).toBeGreaterThan(0.05);
  expect(allowed / decisions).toBeLessThan(0.6);
  expect(labelled).toBeGreaterThan(0);
  expect(labelled).toBeLessThan(RUNS);
}, 600_000);

function contextOf(): CompileContext {
  const { definitions, registry, hasher } = open.engine;
  return { definitions, registry, hasher: hasher(1), now: NOW };
}

function accessOf(policy: RandomPolicy): Decisions {
  const { definitions } = open.engine;
  const readReference = createReferenceReader((name) => definitions.isResourceType(name), [TEST_BASE]);
  const consents = policy.consents
    .map(({ patient, status, provision }) => consentRuleOf(consentOf(patient, status, provision), readReference))
    .filter((rule): rule is ConsentRule => rule !== undefined);
  return buildAccess({
    context: contextOf(),
    indexer,
    principal: principalOf(policy),
    roles: policy.roles.map((role, index) => roleOf(`role-${index}`, role)),
    variables: variablesOf(policy),
    consents: { rules: consents, mode: policy.mode },
    now: NOW,
  });
}

function principalOf({ kind, fhirUser, scopes, patient, purposes, signedIn, glass }: RandomPolicy): Principal {
  return {
    tenant: 1,
    kind,
    roles: [],
    purposes,
    ...(fhirUser === undefined ? {} : { fhirUser }),
    ...(scopes === undefined ? {} : { scopes: scopes.map(scopeText) }),
    ...(patient === undefined ? {} : { patient }),
    ...(signedIn === undefined ? {} : { signedIn: NOW - signedIn * 60_000 }),
    ...(glass === undefined
      ? {}
      : { breakGlass: { patient: glass.patient, reason: 'test', until: NOW + (glass.isOver ? 0 : 1000) } }),
  };
}

function variablesOf({ fhirUser, orgs, careteam }: RandomPolicy): ReadonlyMap<Variable, readonly string[]> {
  const values = new Map<Variable, readonly string[]>();
  if (fhirUser !== undefined) values.set('user', [fhirUser]);
  if (fhirUser?.startsWith('Patient/') === true) values.set('patient', [fhirUser]);
  if (fhirUser?.startsWith('Practitioner/') === true) {
    if (orgs.length > 0) values.set('orgs', orgs);
    if (careteam.length > 0) values.set('careteam', careteam);
  }
  return values;
}

/** Roles go the whole way: written as JSON, and read as what a tenant defines. */
function roleOf(name: string, { grants, denies, clearance }: RandomPolicy['roles'][number]): Role {
  const json = {
    name,
    title: name,
    grants: grants.map(grantOf),
    ...(denies.length === 0 ? {} : { denies: denies.map(grantOf) }),
    ...(clearance.length === 0 ? {} : { clearance }),
  };
  const reading = readRole(JSON.parse(JSON.stringify(json)) as JsonValue, contextOf());
  if ('role' in reading) return reading.role;
  throw new Error(reading.problems.join('\n'));
}

function grantOf({ conditions, ...grant }: RandomGrant): object {
  return { ...grant, ...(conditions.length === 0 ? {} : { criteria: conditions.map(conditionText).join('&') }) };
}

function conditionText({ param, missing, not, tokens, refs, dates, exact }: Condition): string {
  if (missing !== undefined) return `${param}:missing=${missing}`;
  if (exact !== undefined) return `${param}:exact=${exact.map(encodeURIComponent).join(',')}`;
  if (dates !== undefined) return `${param}=${dates.map(([prefix, text]) => prefix + text).join(',')}`;
  if (refs !== undefined) return `${param}=${refs.join(',')}`;
  return `${param}${not === true ? ':not' : ''}=${(tokens ?? []).map(tokenText).join(',')}`;
}

function tokenText({ system, code }: Coded): string {
  return system === undefined ? code : `${system}|${code}`;
}

function scopeText({ level, type, actions, isFirstVersion, conditions }: RandomScope): string {
  const letters = ACTIONS.filter((action) => actions.includes(action)).map((action) =>
    action === 'search' ? 's' : action[0],
  );
  const access = isFirstVersion ? (actions.includes('create') ? 'write' : 'read') : letters.join('');
  const query = conditions.length === 0 ? '' : `?${conditions.map(conditionText).join('&')}`;
  return `${level}/${type}.${access}${query}`;
}

function consentOf(patient: string, status: string, provision: RandomProvision): JsonObject {
  return {
    resourceType: 'Consent',
    status,
    scope: { coding: [{ code: 'patient-privacy' }] },
    patient: { reference: `Patient/${patient}` },
    provision: provisionJson(provision),
  };
}

function provisionJson(provision: RandomProvision): JsonObject {
  const { type, actors, actions, purposes, types, codes, labels, data, period, dataPeriod, exceptions } = provision;
  const concept = (code: Coded): JsonObject => ({ coding: [{ ...code }] });
  const json = {
    type,
    actor: actors?.map((reference) => ({ role: {}, reference: { reference } })),
    action: actions?.map((code) => concept({ code })),
    purpose: purposes?.map((code) => ({ code })),
    class: types?.map((code) => ({ system: 'http://hl7.org/fhir/resource-types', code })),
    code: codes?.map(concept),
    securityLabel: labels,
    data: data?.map(([meaning, reference]) => ({ meaning, reference: { reference } })),
    period: period && { start: period[0], end: period[1] },
    dataPeriod: dataPeriod && { start: dataPeriod[0], end: dataPeriod[1] },
    provision: exceptions.length === 0 ? undefined : exceptions.map(provisionJson),
  };
  return JSON.parse(JSON.stringify(json)) as JsonObject;
}

/** What a search over everything finds that starts from what the action is allowed on. */
async function inDatabase(decisions: Decisions, action: Action): Promise<readonly string[]> {
  const { definitions, registry } = open.engine;
  const access: Access = {
    ...decisions,
    principal: { tenant: 1, kind: 'user', roles: [], purposes: [] },
    allowed: (type) => decisions.allowed(type, action),
  };
  const tree = parseSearch({
    resourceType: undefined,
    query: `_type=${TYPES.join(',')}`,
    lenient: false,
    registry,
    definitions,
    baseUrl: TEST_BASE,
    defaultCount: 1000,
    maxCount: 1000,
    maxValues: 1000,
  });
  const allowed = narrow(tree, access, registry);
  const found = await foundBy(compilePage(allowed, contextOf(), undefined));
  // As a search is first made: as if nobody bore a label. Where one is in use it finds that alone.
  const first = await foundBy(compilePage(allowed, contextOf(), undefined, new Set()));
  if (first === 'labels are in use') labelled += 1;
  else expect(first).toEqual(found);
  return found === 'labels are in use' ? [] : found;
}

interface FoundRow {
  /** Null in the only row of a search that found a label in use, or nothing. */
  readonly type: number | null;
  readonly id: string;
  readonly used?: number | null;
}

async function foundBy({ statement }: CompiledPage): Promise<readonly string[] | 'labels are in use'> {
  const { definitions } = open.engine;
  const rows = await open.engine.dbOf(1).query<FoundRow>(statement);
  if (rows.some(({ used }) => typeof used === 'number')) return 'labels are in use';
  return rows.flatMap(({ type, id }) => (type === null ? [] : [`${definitions.typeName(type)}/${id}`])).sort();
}

function namesOf(resources: readonly JsonObject[]): readonly string[] {
  return resources.map(({ resourceType, id }) => `${String(resourceType)}/${String(id)}`).sort();
}

async function store({ engine }: TestEngine, ctx: Ctx, resources: readonly JsonObject[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${String(resource.resourceType)}/${String(resource.id)}` },
  }));
  const body: JsonObject = { resourceType: 'Bundle', type: 'transaction', entry };
  const answer = await route(engine, ctx, {
    method: 'POST',
    path: [],
    query: '',
    headers: { prefer: {}, accept: [] },
    body,
  });
  expect(answer.status).toBe(200);
}

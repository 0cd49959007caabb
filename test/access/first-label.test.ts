import type { JsonObject } from '../../server/kernel/json.ts';
import { readProtectedParts } from '../../server/protection/rules.ts';
import { labelsInUse } from '../../server/storage/migrations/0028-labels-in-use.ts';
import { openTestEngine } from '../harness/test-engine.ts';
import { newMasters } from '../protection/protected-server.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { EVERYTHING } from './criteria-access.ts';
import { DOCTOR, openLivePolicies, type LivePolicies } from './live-policies.ts';

/**
 * Searches look at labels only once a resource of the type has borne one: however the first one comes, nobody finds what
 * bears it. Each way has a type of its own, on a server as it is by default: with identifiers encrypted.
 */
let live: LivePolicies;

const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }];
const patient = { reference: 'Patient/p1' };
const OWNERS: Readonly<Record<string, string>> = { Coverage: 'beneficiary', AllergyIntolerance: 'patient' };
/** What a resource of a type must have. */
const REQUIRED: Readonly<Record<string, JsonObject>> = {
  CarePlan: { status: 'active', intent: 'plan' },
  ClinicalImpression: { status: 'completed' },
  Communication: { status: 'completed' },
  Coverage: { status: 'active', payor: [patient] },
  DiagnosticReport: { status: 'final', code: { text: 'x' } },
  Flag: { status: 'active', code: { text: 'x' } },
  Goal: { lifecycleStatus: 'active', description: { text: 'x' } },
  MedicationStatement: { status: 'active', medicationCodeableConcept: { text: 'x' } },
  Observation: { status: 'final', code: { text: 'x' } },
  Procedure: { status: 'completed' },
};

function ownerOf(type: string): string {
  return OWNERS[type] ?? 'subject';
}

function resource(type: string, id?: string): JsonObject {
  return {
    resourceType: type,
    ...(id === undefined ? {} : { id }),
    ...REQUIRED[type],
    [ownerOf(type)]: patient,
  };
}

function labelled(type: string, id?: string): JsonObject {
  return { ...resource(type, id), meta: { security } };
}

function asEverybody(question: Question): Promise<Reply> {
  return ask(live.open.engine, EVERYTHING, question);
}

async function put(body: JsonObject): Promise<void> {
  const { status } = await asEverybody({
    method: 'PUT',
    url: `${String(body.resourceType)}/${String(body.id)}`,
    body,
  });
  expect([200, 201]).toContain(status);
}

function transaction(...bodies: readonly JsonObject[]): Question {
  const entry = bodies.map((body) => {
    const { resourceType, id } = body;
    const request =
      id === undefined
        ? { method: 'POST', url: resourceType }
        : { method: 'PUT', url: `${String(resourceType)}/${String(id)}` };
    return { resource: body, request };
  });
  return { method: 'POST', url: '', body: { resourceType: 'Bundle', type: 'transaction', entry } };
}

const protection = { masters: newMasters(), parts: readProtectedParts('default') };

beforeAll(async () => {
  live = await openLivePolicies({ referentialIntegrity: true, protection });
  await put({ resourceType: 'Patient', id: 'p1' });
}, 60_000);
afterAll(() => live.open.close());

type Way = (type: string) => Promise<Reply>;

const created: Way = (type) => asEverybody({ method: 'POST', url: type, body: labelled(type) });

/** Nothing is written: neither the resource nor that there is a label. */
async function refused(reply: Promise<Reply>): Promise<void> {
  expect((await reply).status).toBeGreaterThanOrEqual(400);
}

const astray = { basedOn: [{ reference: 'ServiceRequest/nowhere' }] };

const WAYS: readonly (readonly [string, string, Way])[] = [
  ['created', 'Condition', created],
  ['created where identifiers are encrypted', 'Coverage', created],
  [
    'created after one that was refused',
    'DiagnosticReport',
    async (type) => {
      await refused(asEverybody({ method: 'POST', url: type, body: { ...labelled(type), ...astray } }));
      return created(type);
    },
  ],
  ['put', 'Procedure', (type) => asEverybody({ method: 'PUT', url: `${type}/new`, body: labelled(type, 'new') })],
  ['updated', 'Goal', (type) => asEverybody({ method: 'PUT', url: `${type}/old`, body: labelled(type, 'old') })],
  [
    'updated after an update that was refused',
    'CarePlan',
    async (type) => {
      await refused(asEverybody({ method: 'PUT', url: `${type}/old`, body: { ...labelled(type, 'old'), ...astray } }));
      return asEverybody({ method: 'PUT', url: `${type}/old`, body: labelled(type, 'old') });
    },
  ],
  [
    'patched',
    'Flag',
    (type) =>
      asEverybody({
        method: 'PATCH',
        url: `${type}/old`,
        body: [{ op: 'add', path: '/meta/security', value: security }],
        headers: { 'content-type': 'application/json-patch+json' },
      }),
  ],
  [
    'given by $meta-add',
    'AllergyIntolerance',
    (type) =>
      asEverybody({
        method: 'POST',
        url: `${type}/old/$meta-add`,
        body: { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { security } }] },
      }),
  ],
  [
    'created by a transaction',
    'ClinicalImpression',
    (type) => asEverybody(transaction(labelled(type), resource(type))),
  ],
  ['updated by a transaction', 'MedicationStatement', (type) => asEverybody(transaction(labelled(type, 'old')))],
  [
    'created after a transaction that was rolled back',
    'Communication',
    async (type) => {
      await refused(asEverybody(transaction(labelled(type), { ...resource('DiagnosticReport'), ...astray })));
      return created(type);
    },
  ],
];

test.each(WAYS)('what was %s with the first label of its type (%s) is not found', async (_, type, write) => {
  await put(resource(type, 'old'));
  expect(await found(type, 'doctor')).toEqual({ labelled: [], plain: ['old'], total: 1 });
  const { status, text } = await write(type);
  expect([status, status < 300 ? '' : text]).toEqual([expect.any(Number), '']);
  const all = await found(type, 'everybody');
  expect(all.labelled).toHaveLength(1);
  expect(all.total).toBe(all.plain.length + 1);
  // Twice: who counts remembers that there are labels.
  for (const _time of [1, 2]) {
    expect(await found(type, 'doctor')).toEqual({ labelled: [], plain: all.plain, total: all.plain.length });
  }
});

/** Searches of two or three types, in which the label is of an inner one. */
async function foundThrough(type: string, who: 'everybody' | 'doctor'): Promise<readonly number[]> {
  const access = who === 'everybody' ? EVERYTHING : await live.policies.access(DOCTOR);
  const owner = ownerOf(type);
  const urls = [
    `Patient?_has:${type}:${owner}:_tag=urn:first%7Cx`,
    `${type}?${owner}:Patient._id=p1&_tag=urn:first%7Cx`,
    `${type}?_tag=urn:first%7Cx&_sort=_id`,
    `Patient?_id=p1&_revinclude=${type}:${owner}`,
  ];
  const counts: number[] = [];
  for (const url of urls) {
    const { status, text } = await ask(live.open.engine, access, { method: 'GET', url });
    expect([url, status]).toEqual([url, 200]);
    counts.push((JSON.parse(text) as { entry?: readonly unknown[] }).entry?.length ?? 0);
  }
  return counts;
}

interface Found {
  readonly labelled: readonly string[];
  readonly plain: readonly string[];
  /** By a count of its own. */
  readonly total: number;
}

/** By an index of references, where the row of the resource is not at hand. */
async function found(type: string, who: 'everybody' | 'doctor'): Promise<Found> {
  const access = who === 'everybody' ? EVERYTHING : await live.policies.access(DOCTOR);
  const url = `${type}?${ownerOf(type)}=Patient/p1`;
  const { status, text } = await ask(live.open.engine, access, { method: 'GET', url });
  expect(status).toBe(200);
  const { entry = [] } = JSON.parse(text) as { entry?: readonly { resource: { id: string; meta: JsonObject } }[] };
  const ids = (isLabelled: boolean): string[] =>
    entry
      .filter(({ resource: { meta } }) => (meta.security !== undefined) === isLabelled)
      .map(({ resource: { id } }) => id)
      .sort();
  const counted = await ask(live.open.engine, access, { method: 'GET', url: `${url}&_summary=count` });
  const { total } = JSON.parse(counted.text) as { total: number };
  return { labelled: ids(true), plain: ids(false), total };
}

test('what has the first label of its type is not found through others either', async () => {
  const type = 'Encounter';
  const body = { ...resource(type, 'new'), status: 'planned', class: { code: 'AMB' } };
  const tag = [{ system: 'urn:first', code: 'x' }];
  await put({ ...body, meta: { tag } });
  expect(await foundThrough(type, 'doctor')).toEqual([1, 1, 1, 2]);
  await put({ ...body, meta: { tag, security } });
  expect(await foundThrough(type, 'everybody')).toEqual([1, 1, 1, 2]);
  for (const _time of [1, 2]) expect(await foundThrough(type, 'doctor')).toEqual([0, 0, 0, 1]);
});

test('what another process wrote with the first label of a type is not found', async () => {
  await put(resource('Observation', 'old'));
  expect((await found('Observation', 'doctor')).plain).toEqual(['old']);
  const other = await openTestEngine({ validation: 'structure', protection }, live.open.connectionString);
  try {
    const body = labelled('Observation', 'new');
    expect((await ask(other.engine, EVERYTHING, { method: 'PUT', url: 'Observation/new', body })).status).toBe(201);
  } finally {
    await other.close();
  }
  expect((await found('Observation', 'everybody')).labelled).toEqual(['new']);
  expect(await found('Observation', 'doctor')).toEqual({ labelled: [], plain: ['old'], total: 1 });
});

test('labels of a database that comes from an older server are noted by the migration, also of what is contained', async () => {
  const contained = [{ ...labelled('Observation', 'inner') }];
  await put({ ...labelled('Observation', 'outer'), contained });
  const { db } = live.open.engine;
  const noted = `select slot from uri_seen where value = '*' order by slot`;
  const before = await db.query({ text: noted, values: [] });
  await db.query({ text: `delete from uri_seen where value = '*'`, values: [] });
  const [note = ''] = labelsInUse.sql.split('on conflict do nothing;');
  await db.query({ text: `${note} on conflict do nothing`, values: [] });
  expect(await db.query({ text: noted, values: [] })).toEqual(before);
  expect(before.length).toBeGreaterThan(2);
});

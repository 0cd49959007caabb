import type { JsonObject } from '../../server/kernel/json.ts';
import { NO_TRAIL } from '../../server/fhir/audit-trail.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import { route } from '../../server/fhir/router.ts';
import { FHIR_BASE, parseTarget } from '../../server/http/request-path.ts';
import type { Queryable, Statement } from '../../server/storage/db.ts';
import { TEST_BASE } from '../harness/test-engine.ts';
import { ask } from './ask.ts';
import { EVERYTHING } from './criteria-access.ts';
import { DOCTOR, openLivePolicies, type LivePolicies } from './live-policies.ts';

/** Labels as the database is asked for them: by a function, for one type and for all types together. */
let live: LivePolicies;

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const label = (code: string, system = CONFIDENTIALITY): JsonObject => ({ security: [{ system, code }] });

const subject = { reference: 'Patient/p1' };
const observation = (id: string, meta?: JsonObject): JsonObject => ({
  resourceType: 'Observation',
  id,
  ...(meta === undefined ? {} : { meta }),
  status: 'final',
  code: { text: 'weight' },
  subject,
  performer: [{ reference: 'Practitioner/seen' }, { reference: 'Practitioner/secret' }],
});

const RESOURCES: readonly JsonObject[] = [
  { resourceType: 'Practitioner', id: 'seen' },
  { resourceType: 'Practitioner', id: 'secret', meta: label('V') },
  { resourceType: 'Patient', id: 'p1' },
  { resourceType: 'Condition', id: 'plain', subject },
  { resourceType: 'Condition', id: 'secret', meta: label('V'), subject },
  observation('plain'),
  observation('cleared', label('R')),
  observation('secret', label('V')),
  observation('other-system', label('V', 'http://example.org/labels')),
];
const SEEN = [
  'Condition/plain',
  'Observation/cleared',
  'Observation/other-system',
  'Observation/plain',
  'Patient/p1',
  'Practitioner/seen',
];

beforeAll(async () => {
  live = await openLivePolicies();
  for (const body of RESOURCES) {
    const url = `${String(body.resourceType)}/${String(body.id)}`;
    expect((await ask(live.open.engine, EVERYTHING, { method: 'PUT', url, body })).status).toBe(201);
  }
}, 60_000);
afterAll(() => live.open.close());

interface Answer {
  readonly found: readonly string[];
  readonly statements: readonly Statement[];
}

async function asDoctor(url: string): Promise<Answer> {
  const { engine } = live.open;
  const access = await live.policies.access(DOCTOR);
  const ctx = requestContext(engine, { requestId: 'test', baseUrl: TEST_BASE, access, audit: NO_TRAIL });
  const statements: Statement[] = [];
  const db: Queryable = {
    query: (statement) => {
      statements.push(statement);
      return ctx.db.query(statement);
    },
  };
  const { path, query } = parseTarget(`${FHIR_BASE}/${url}`);
  const headers = { prefer: {}, accept: [] };
  const { text = '' } = await route(engine, { ...ctx, db }, { method: 'GET', path, query, headers });
  const { entry = [] } = JSON.parse(text) as { entry?: readonly { resource: { resourceType: string; id: string } }[] };
  return { found: entry.map(({ resource }) => `${resource.resourceType}/${resource.id}`).sort(), statements };
}

test.each([
  ['plain', 200],
  ['cleared', 200],
  ['other-system', 200],
  ['secret', 404],
])('reading Observation/%s: %d', async (id, status) => {
  const access = await live.policies.access(DOCTOR);
  expect((await ask(live.open.engine, access, { method: 'GET', url: `Observation/${id}` })).status).toBe(status);
});

test('$everything of who may see what bears no label is one statement over all types, prepared like others', async () => {
  const { found, statements } = await asDoctor('Patient/p1/$everything');
  expect(found).toEqual(SEEN);
  expect(statements).toHaveLength(1);
  for (let time = 0; time < 10; time += 1) await asDoctor('Patient/p1/$everything');
  const [again] = (await asDoctor('Patient/p1/$everything')).statements;
  expect(again?.name).toMatch(/^search_/);
  expect(again?.text).toBe(statements[0]?.text);
});

test('a search and what it includes leave out what bears a label', async () => {
  const { found } = await asDoctor('Observation?subject=Patient/p1&_include=Observation:performer');
  expect(found).toEqual(SEEN.filter((each) => /^(Observation|Practitioner)/.test(each)));
  const { statements } = await asDoctor('Observation?subject=Patient/p1');
  // What is set up for each statement costs more than what it is asked.
  expect(statements[0]?.text).toMatch(/has_token\(/);
  expect(statements[0]?.text).not.toMatch(/exists \(select from unnest/);
});

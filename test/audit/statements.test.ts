import { unrestricted } from '../../server/access/access.ts';
import { openAudit } from '../../server/audit/open-audit.ts';
import { addAgentCondition, addPatientCondition } from '../../server/audit/serve/search-parameters.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import { auditConditions, readAudit, type ConditionList } from '../../server/storage/audit-read.ts';
import type { Statement } from '../../server/storage/db.ts';
import { openTestEngine, TEST_BASE, type TestEngine } from '../harness/test-engine.ts';

/** Being recorded costs a write no statement of its own, and a read one that it shares with others. */
let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine();
});
afterAll(() => open.close());

async function statementsOf(
  ...requests: readonly Pick<FhirRequest, 'method' | 'path' | 'body'>[]
): Promise<(string | undefined)[]> {
  const statements: Statement[] = [];
  const db = {
    query: <R>(statement: Statement): Promise<R[]> => {
      statements.push(statement);
      return open.engine.db.query<R>(statement);
    },
  };
  const audit = openAudit({ dbOf: () => db, now: () => Date.now(), onError: () => undefined });
  await Promise.all(
    requests.map(async (request) => {
      const access = unrestricted(1);
      const trail = audit.openTrail({ principal: access.principal, requestId: 'r', ip: '', baseUrl: TEST_BASE });
      const ctx: Ctx = {
        ...requestContext(open.engine, { requestId: 'r', baseUrl: TEST_BASE, access, audit: trail }),
        db,
      };
      await route(open.engine, ctx, { ...request, query: '', headers: { prefer: {}, accept: [] } });
      trail.succeeded(200);
      await trail.settle();
    }),
  );
  return statements.map(({ name }) => name);
}

const patient = (id: string, family: string): JsonObject => ({ resourceType: 'Patient', id, name: [{ family }] });
const put = (id: string, family: string): Pick<FhirRequest, 'method' | 'path' | 'body'> => ({
  method: 'PUT',
  path: ['Patient', id],
  body: patient(id, family),
});

test('a create is one statement, an update two, a transaction of creates one', async () => {
  const create = { method: 'POST', path: ['Patient'], body: patient('x', 'Noether') } as const;
  await statementsOf(create, put('u', 'Noether'));
  expect(await statementsOf(create)).toEqual([expect.stringMatching(/^insert_.*_audited$/)]);
  expect(await statementsOf(put('u', 'Kovalevskaya'))).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_.*_audited$/),
  ]);
  const entry = ['1', '2', '3'].map((id) => ({
    request: { method: 'POST', url: 'Patient' },
    resource: patient(id, 'Germain'),
  }));
  const bundle = { method: 'POST', path: [], body: { resourceType: 'Bundle', type: 'transaction', entry } } as const;
  expect(await statementsOf(bundle)).toEqual([expect.stringMatching(/^insert_.*_audited$/)]);
});

test('reads that come at once are a statement, and another one records all of them', async () => {
  const reads = Array.from({ length: 20 }, () => ({ method: 'GET', path: ['Patient', 'u'] }) as const);
  expect(await statementsOf(...reads)).toEqual(['read_together', 'audit_page']);
});

/** As many pages as events: none is recorded within a second of another. */
async function storeApart(count: number): Promise<void> {
  const now = Date.now();
  const rows = Array.from({ length: count }, (_, index): AuditRow => {
    const recorded = now - 2000 * index;
    return {
      recorded,
      id: uuidv7(recorded),
      kind: 'rest',
      action: 'R',
      outcome: 0,
      status: 200,
      interaction: 'read',
      type: 'Patient',
      resourceId: String(index),
      version: 1,
      agent: `Practitioner/${index % 500}`,
      who: '{}',
      ip: '',
      requestId: '',
      patients: [`Patient/${index}`],
      found: '',
      detail: '',
    };
  });
  await storeAuditRows(open.engine.db, 1, rows);
  await open.engine.db.query({ text: 'analyze audit_page', values: [] });
}

/** The plans of what readAudit asks. */
async function plansOf(narrow: (conditions: ConditionList) => void): Promise<string[]> {
  const plans: string[] = [];
  const { db } = open.engine;
  const conditions = auditConditions(1);
  narrow(conditions);
  await readAudit(
    {
      async query<R>({ text, values }: Statement): Promise<R[]> {
        const rows = await db.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values });
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return db.query<R>({ text, values });
      },
    },
    conditions,
    21,
  );
  return plans;
}

test.each<[string, string, (conditions: ConditionList) => void]>([
  ['a patient', 'keys_idx', (conditions) => addPatientCondition(conditions, ['Patient/1'])],
  ['an agent', 'keys_idx', (conditions) => addAgentCondition(conditions, ['Practitioner/1'])],
  ['a time', 'pkey', (conditions) => conditions.within(1000, 2000)],
  ['nothing', 'pkey', () => undefined],
])('by %s events are found in an index', async (_what, index, narrow) => {
  await storeApart(3000);
  const plans = await plansOf(narrow);
  expect(plans).not.toEqual([]);
  for (const plan of plans) {
    expect(plan).not.toContain('Seq Scan');
    expect(plan).toContain(index);
  }
});

test('pages that are not chained yet are found in an index', async () => {
  const rows = await open.engine.db.query<{ 'QUERY PLAN': string }>({
    text: 'explain select * from audit_page where tx >= 100 and tx < 200 order by tx, id limit 21',
    values: [],
  });
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('tx_idx');
});

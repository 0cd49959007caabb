import { unrestricted } from '../../server/access/access.ts';
import { openAudit } from '../../server/audit/open-audit.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
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

test('reads that come at once share the statements that record them', async () => {
  const reads = Array.from({ length: 20 }, () => ({ method: 'GET', path: ['Patient', 'u'] }) as const);
  const names = await statementsOf(...reads);
  expect(names.filter((name) => name !== 'audit_rows')).toHaveLength(20);
  expect(names.filter((name) => name === 'audit_rows').length).toBeLessThan(10);
});

test('what is found is found by an index', async () => {
  const plans = [
    `tenant = 1 and (patient = any('{Patient/1}'::text[]) or patients && '{Patient/1}'::text[] or agent = any('{Patient/1}'::text[]))`,
    `tenant = 1 and agent = 'Practitioner/1'`,
    `tenant = 1`,
    `tx >= 100 and tx < 200`,
  ];
  for (const where of plans) {
    const rows = await open.engine.db.query<{ 'QUERY PLAN': string }>({
      text: `explain select * from audit_event where ${where} order by recorded desc, id desc limit 21`,
      values: [],
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toContain('Seq Scan');
    expect(plan).toMatch(/Index/);
  }
});

import { createTenant, setTenantDisabled } from '../../server/storage/tenants.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { serverContext } from '../../server/fhir/request-context.ts';
import { create } from '../../server/fhir/interactions/create.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import { searchType } from '../../server/fhir/interactions/search-type.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { SERVER } from '../../server/access/principal.ts';
import { openTestEngine, TEST_BASE, type TestEngine } from '../harness/test-engine.ts';

/** What keeps tenants apart, should a statement forget to. */
let open: TestEngine;

const ctx = (tenant: number): Ctx => serverContext(open.engine, tenant, 'test', TEST_BASE);

function request(method: FhirRequest['method'], path: readonly string[], body?: JsonObject, query = ''): FhirRequest {
  const base = { method, path, query, headers: { prefer: {}, accept: [] } };
  return body === undefined ? base : { ...base, body };
}

const patient = (id: string, family: string): JsonObject => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'urn:mrn', value: '1' }],
  name: [{ family }],
  birthDate: '1815-12-10',
});

beforeAll(async () => {
  open = await openTestEngine();
  for (const family of ['Old', 'First']) {
    await update(open.engine, ctx(1), request('PUT', ['Patient', 'a'], patient('a', family)));
  }
  const second = { name: 'second', title: 'Second clinic', organization: null, consent: 'opt-in' } as const;
  expect(await createTenant(open.connectionString, second)).toMatchObject({ id: 2, consent: 'opt-in' });
  for (const family of ['Old', 'Second']) {
    await update(open.engine, ctx(2), request('PUT', ['Patient', 'a'], patient('a', family)));
  }
});
afterAll(() => open.close());

const count = async (tenant: number, table: string): Promise<number | undefined> => {
  const [row] = await open.engine.dbOf(tenant).query<{ n: number }>({
    text: `select count(*) as n from ${table}`,
    values: [],
  });
  return row?.n;
};

describe('a statement without a word about tenants', () => {
  test.each(['resource', 'ix_token', 'ix_string', 'ix_date', 'history'])(
    'sees its own rows of %s only',
    async (table) => {
      const [first, second, all] = await Promise.all([count(1, table), count(2, table), count(0, table)]);
      expect(first).toBeGreaterThan(0);
      expect(second).toBeGreaterThan(0);
      expect(all).toBe(Number(first) + Number(second));
    },
  );

  test('writes no row of another tenant', async () => {
    const db = open.engine.dbOf(2);
    await update(open.engine, ctx(1), request('PUT', ['Patient', 'untouched'], patient('untouched', 'First')));
    const undone = db.transaction(async (tx) => {
      expect(await tx.query({ text: `update resource set body = '}' returning 1`, values: [] })).toHaveLength(1);
      expect(await tx.query({ text: 'delete from history returning 1', values: [] })).toHaveLength(1);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const stray = `insert into uri_seen (slot, tenant, value) values (1, 1, 'x')`;
    await expect(db.query({ text: stray, values: [] })).rejects.toThrow('row-level security');
  });

  test('sees nothing when the connection names no tenant', async () => {
    const db = open.engine.dbOf(2);
    const rows = await db.transaction(async (tx) => {
      await tx.query({ text: `set local athanor.tenant = ''`, values: [] });
      return tx.query({ text: 'select from resource', values: [] });
    });
    expect(rows).toEqual([]);
  });

  test('reaches no table of sign-in, nor what belongs to nobody', async () => {
    for (const table of ['account', 'account_membership', 'session', 'oauth_grant', 'api_key', 'migration']) {
      await expect(count(1, table)).rejects.toThrow('permission denied');
    }
  });
});

test('every table with a tenant has a fence that its owner cannot pass either', async () => {
  const tables = await open.engine.db.query<{ name: string; fences: string; isRaised: boolean }>({
    text:
      `select c.relname as name, (select string_agg(p.polname || ': ' || pg_get_expr(p.polqual, p.polrelid), ', ' order by p.polname) ` +
      `from pg_policy p where p.polrelid = c.oid) as fences, c.relrowsecurity and c.relforcerowsecurity as "isRaised" ` +
      `from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped ` +
      `where c.relkind in ('r', 'p') and not c.relispartition`,
    values: [],
  });
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['resource', 'history', 'ix_ref', 'idempotency']),
  );
  const current = `( SELECT (NULLIF(current_setting('athanor.tenant'::text, true), ''::text))::smallint AS "nullif")`;
  const fences = `installation: (${current} = 0), tenant: (tenant = ${current})`;
  expect(tables.filter((table) => !table.isRaised || table.fences !== fences)).toEqual([]);
});

test('partitions are reached through their table only', async () => {
  const named = await open.engine.db.query({
    text: `select relname from pg_class where relispartition and relkind = 'r' and has_table_privilege('athanor_app', oid, 'select')`,
    values: [],
  });
  expect(named).toEqual([]);
});

test('the role of requests owns nothing and passes no fence', async () => {
  const [role] = await open.engine.dbOf(1).query({
    text: 'select current_user as name, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user',
    values: [],
  });
  expect(role).toEqual({ name: 'athanor_app', rolsuper: false, rolbypassrls: false, rolcreaterole: false });
});

test('searches find by the same indexes behind the fence', async () => {
  for (const [condition, index] of [
    [`key = 1 and left(value, 64) >= 'a' and left(value, 64) < 'b'`, 'ix_string_walk on ix_string'],
    [`key = 1 and canonical_unit = 2 and canonical_low >= 1.5`, 'ix_quantity_low on ix_quantity'],
    [`key = 1 and low >= 5 and low < 9`, 'ix_date_low on ix_date'],
  ] as const) {
    const table = index.replace(/.* on /, '');
    const rows = await open.engine.dbOf(2).query<Record<string, string>>({
      text: `explain select pid from ${table} where ${condition}`,
      values: [],
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(new RegExp(`using ${index}`));
    const at = plan.match(/Index Cond: .*/)?.[0] ?? '';
    for (const column of condition.match(/left\(value|canonical_low|\blow/g) ?? []) {
      expect(at.replaceAll('"', '')).toContain(column);
    }
  }
});

test('one id is another resource in each tenant, and criteria find only one of them', async () => {
  const found = async (tenant: number): Promise<string> =>
    (await searchType(open.engine, ctx(tenant), request('GET', ['Patient'], undefined, 'identifier=urn:mrn|1'))).text ??
    '';
  expect(await found(1)).toContain('First');
  expect(await found(1)).not.toContain('Second');
  expect(await found(2)).not.toContain('First');
});

test('a reference to a resource of another tenant points to nothing', async () => {
  await update(open.engine, ctx(1), request('PUT', ['Patient', 'only-first'], patient('only-first', 'Only')));
  const flag: JsonObject = {
    resourceType: 'Basic',
    code: { text: 'x' },
    subject: { reference: 'Patient/only-first' },
  };
  await expect(create(open.engine, ctx(2), request('POST', ['Basic'], flag))).rejects.toMatchObject({ status: 422 });
});

test("definitions are the main tenant's, for all", async () => {
  const valueSet: JsonObject = { resourceType: 'ValueSet', status: 'active', url: 'http://example.org/vs' };
  await expect(create(open.engine, ctx(2), request('POST', ['ValueSet'], valueSet))).rejects.toMatchObject({
    status: 403,
    code: 'tenant.definition',
  });
  const form: JsonObject = { resourceType: 'Questionnaire', status: 'active', url: 'http://example.org/q' };
  expect((await create(open.engine, ctx(2), request('POST', ['Questionnaire'], form))).status).toBe(201);
  await open.engine.fresh();
  expect(open.engine.canonicals.find('Questionnaire', 'http://example.org/q')).toBeUndefined();
});

test('nobody is let into a tenant that is disabled or unknown', async () => {
  const enter = (tenant: number): unknown => open.engine.access({ ...SERVER, tenant });
  const past = Date.now() + 5000;
  expect(() => enter(77)).toThrow('disabled');
  await setTenantDisabled(open.connectionString, 'second', true);
  while (Date.now() < past) {
    await open.engine.fresh();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  expect(() => enter(2)).toThrow('disabled');
  expect(() => enter(1)).not.toThrow();
});

test('connections are bounded over all tenants', async () => {
  const hold = (tenant: number): Promise<unknown> =>
    open.engine.dbOf(tenant).query({ text: 'select pg_sleep(0.02)', values: [] });
  await Promise.all(Array.from({ length: 60 }, (_, index) => hold(index % 12)));
  const { total, waiting } = open.engine.db.connections();
  expect(total).toBeLessThanOrEqual(10);
  expect(waiting).toBe(0);
});

import { create } from '../../server/fhir/interactions/create.ts';
import { remove } from '../../server/fhir/interactions/delete.ts';
import { transaction } from '../../server/fhir/interactions/transaction.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import type { Ctx, Engine } from '../../server/fhir/engine.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { defineRule } from '../../server/sdk/index.ts';
import type { Db, Queryable } from '../../server/storage/db.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { extendWithRules } from './ruled-server.ts';
import { delivery, stock } from './stock.fixture.ts';

/** Rules and projections cost nothing where they have nothing to do, and few statements where they have. */
let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure', referentialIntegrity: false });
  const rule = defineRule<'Device'>({ name: 'none', on: 'Device', change: () => undefined, check: () => undefined });
  await extendWithRules(open, { rules: [rule], projections: [stock] }).buildMissing();
  // The first ones fetch numbers and note uris of a new kind.
  for (const type of ['Patient', 'Device', 'SupplyDelivery'])
    await create(open.engine, open.ctx(), request('POST', [type], { resourceType: type }));
});
afterAll(() => open.close());

function request(method: FhirRequest['method'], path: readonly string[], body?: JsonObject): FhirRequest {
  return { method, path, query: '', headers: { prefer: {}, accept: [] }, ...(body === undefined ? {} : { body }) };
}

type Interaction = (engine: Engine, ctx: Ctx) => Promise<unknown>;

/** Names of the statements of an interaction; unnamed ones by their first word. */
async function statementsOf(work: Interaction): Promise<readonly string[]> {
  const names: string[] = [];
  const counted = <Q extends Queryable>(db: Q): Q => ({
    ...db,
    query(statement) {
      names.push(statement.name ?? statement.text.trimStart().split(/[\s(]/, 1).join());
      return db.query(statement);
    },
  });
  const db = open.engine.dbOf(1);
  const transactions: Db = {
    ...db,
    transaction(inner) {
      names.push('begin');
      return db.transaction((tx) => inner(counted(tx)));
    },
  };
  const engine = Object.create(open.engine, { dbOf: { value: () => transactions } }) as Engine;
  await work(engine, { ...open.ctx(), db: counted(db) });
  return names;
}

const creating =
  (resource: JsonObject): Interaction =>
  (engine, ctx) =>
    create(engine, ctx, request('POST', [String(resource.resourceType)], resource));
const putting =
  (resource: JsonObject): Interaction =>
  (engine, ctx) =>
    update(engine, ctx, request('PUT', [String(resource.resourceType), String(resource.id)], resource));
const removing =
  (type: string, id: string): Interaction =>
  (engine, ctx) =>
    remove(engine, ctx, request('DELETE', [type, id]));

test('a write of a type that no module looks at is what it is without modules', async () => {
  expect(await statementsOf(creating({ resourceType: 'Patient' }))).toEqual([expect.stringMatching(/^insert_/)]);
  await statementsOf(putting({ resourceType: 'Patient', id: 'a' }));
  expect(await statementsOf(putting({ resourceType: 'Patient', id: 'a', active: true }))).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_/),
  ]);
  const entry = [{ request: { method: 'POST', url: 'Patient' }, resource: { resourceType: 'Patient' } }];
  const bundle: JsonObject = { resourceType: 'Bundle', type: 'transaction', entry };
  const inBundle: Interaction = (engine, ctx) => transaction(engine, ctx, request('POST', [], bundle), bundle, route);
  expect(await statementsOf(inBundle)).toEqual([expect.stringMatching(/^insert_/)]);
});

test('a rule adds a transaction, and no statement of its own', async () => {
  expect(await statementsOf(creating({ resourceType: 'Device' }))).toEqual([
    'begin',
    expect.stringMatching(/^insert_/),
  ]);
  await statementsOf(putting({ resourceType: 'Device', id: 'a' }));
  expect(await statementsOf(putting({ resourceType: 'Device', id: 'a', manufacturer: 'x' }))).toEqual([
    'begin',
    'lock_one_for_write',
    expect.stringMatching(/^update_one_/),
  ]);
});

test('a projection adds one statement besides its own', async () => {
  const received = delivery(1, undefined, 'Location/a', { id: 'a' }) as JsonObject;
  await statementsOf(putting({ resourceType: 'SupplyDelivery', id: 'a' }));
  expect(await statementsOf(putting(received))).toEqual([
    'begin',
    'lock_one_for_write',
    expect.stringMatching(/^update_one_/),
    'enter_projections',
    ...['insert', 'update', 'delete', 'delete', 'insert'],
  ]);
  const deleted = await statementsOf(removing('SupplyDelivery', 'a'));
  expect(deleted.filter((name) => name === 'enter_projections')).toHaveLength(1);
});

import { create } from '../../server/fhir/interactions/create.ts';
import { remove } from '../../server/fhir/interactions/delete.ts';
import { transaction } from '../../server/fhir/interactions/transaction.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { defineRule } from '../../server/sdk/index.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { flag, flagged } from './flagged.fixture.ts';
import { extendWithRules } from './ruled-server.ts';
import { statementsIn, type Interaction } from './statements-in.ts';
import { delivery, stock } from './stock.fixture.ts';

/** Rules and projections cost nothing where they have nothing to do, and few statements where they have. */
let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure', referentialIntegrity: false });
  const rule = defineRule<'Device'>({ name: 'none', on: 'Device', change: () => undefined, check: () => undefined });
  const looking = defineRule<'Location'>({
    name: 'looking',
    on: 'Location',
    async check(_change, context) {
      await context.read('Location', 'x');
      return undefined;
    },
  });
  await extendWithRules(open, { rules: [rule, looking], projections: [stock, flagged(1, 'flagged')] }).buildMissing();
  // The first ones fetch numbers and note uris of a new kind.
  for (const resourceType of ['Patient', 'Device', 'Location', 'Basic', 'SupplyDelivery']) {
    const resource = { resourceType, ...(resourceType === 'Basic' ? { code: { text: 'plain' } } : {}) };
    await create(open.engine, open.ctx(), request('POST', [resourceType], resource));
  }
});
afterAll(() => open.close());

function request(method: FhirRequest['method'], path: readonly string[], body?: JsonObject): FhirRequest {
  return { method, path, query: '', headers: { prefer: {}, accept: [] }, ...(body === undefined ? {} : { body }) };
}

const statementsOf = (work: Interaction): Promise<readonly string[]> => statementsIn(open, work);

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

test('a rule that looks at nothing but the change adds no statement, and no transaction', async () => {
  expect(await statementsOf(creating({ resourceType: 'Device' }))).toEqual([expect.stringMatching(/^insert_/)]);
  await statementsOf(putting({ resourceType: 'Device', id: 'a' }));
  expect(await statementsOf(putting({ resourceType: 'Device', id: 'a', manufacturer: 'x' }))).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_/),
  ]);
});

test('a rule that looks at the clinic adds a transaction and what it looks for', async () => {
  expect(await statementsOf(creating({ resourceType: 'Location' }))).toEqual([
    'begin',
    expect.stringMatching(/^insert_/),
    'read',
    'read_tombstones',
  ]);
});

test('a projection in which nothing follows is kept by the statement itself', async () => {
  // Two more are not tried without a transaction, since the first one did not know whether the projection is in force.
  for (let round = 0; round < 2; round += 1) await statementsOf(creating(flag('plain')));
  expect(await statementsOf(creating(flag('plain')))).toEqual([expect.stringMatching(/^insert_.*_kept1$/)]);
  await statementsOf(putting({ ...flag('plain'), id: 'a' }));
  expect(await statementsOf(putting({ ...flag('other'), id: 'a' }))).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_.*_kept1$/),
  ]);
});

test('a projection in which something follows adds one statement besides its own', async () => {
  const received = (quantity: number): JsonObject =>
    delivery(quantity, undefined, 'Location/a', { id: 'a' }) as JsonObject;
  const written = [
    'begin',
    'lock_one_for_write',
    expect.stringMatching(/^update_one_/),
    'enter_projections',
    ...['insert', 'update', 'delete', 'delete', 'insert'],
  ];
  await statementsOf(putting({ resourceType: 'SupplyDelivery', id: 'a' }));
  // Whether something follows is found out with what is there; what needed a transaction is not tried again at once.
  expect(await statementsOf(putting(received(1)))).toEqual(['read_one_for_write', ...written]);
  expect(await statementsOf(putting(received(2)))).toEqual(written);
  const deleted = await statementsOf(removing('SupplyDelivery', 'a'));
  expect(deleted.filter((name) => name === 'enter_projections')).toHaveLength(1);
});

import type { ProjectionTables } from '../../server/sdk/index.ts';
import { delivery, stock } from './stock.fixture.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** Projections: written with each change, guarded by constraints, made anew beside the writers. */
let server: RuledServer;
let tables: ProjectionTables;

beforeAll(async () => {
  server = await openRuledServer({ projections: [stock], referentialIntegrity: false });
  tables = await server.projections.read(server.ctx(), 'sample.stock');
});
afterAll(() => server.close());

async function balance(place: string): Promise<number> {
  const rows = await tables.query<{ onHand: number }>(
    'select on_hand as "onHand" from @stock_balance where tenant = $1 and place = $2',
    [1, place],
  );
  return rows[0]?.onHand ?? 0;
}

async function expectExact(): Promise<void> {
  expect((await server.projections.verify('sample.stock')).drift).toEqual([]);
}

test('every write path keeps the balances', async () => {
  const made = await server.send('POST', 'SupplyDelivery', delivery(10, undefined, 'Location/a'));
  expect(made.status).toBe(201);
  expect(await balance('Location/a')).toBe(10);
  await server.send('PUT', `SupplyDelivery/${made.body.id ?? ''}`, {
    ...delivery(7, undefined, 'Location/a'),
    id: made.body.id,
  });
  expect(await balance('Location/a')).toBe(7);
  await server.send('DELETE', `SupplyDelivery/${made.body.id ?? ''}`);
  expect(await balance('Location/a')).toBe(0);
  await expectExact();
});

test('a violated CHECK is the fault of the module, and nothing is stored', async () => {
  await server.send('PUT', 'SupplyDelivery/in', { ...delivery(5, undefined, 'Location/b'), id: 'in' });
  const refused = await server.send('PUT', 'SupplyDelivery/out', {
    ...delivery(6, 'Location/b', undefined),
    id: 'out',
  });
  expect([refused.status, refused.body.issue?.[0]?.details.text]).toEqual([
    422,
    'There is less in stock than this takes out.',
  ]);
  expect((await server.get('SupplyDelivery/out')).status).toBe(404);
  expect(await balance('Location/b')).toBe(5);
  // What was there before cannot be taken away either.
  expect(
    (await server.send('PUT', 'SupplyDelivery/out', { ...delivery(5, 'Location/b', undefined), id: 'out' })).status,
  ).toBe(201);
  expect((await server.send('DELETE', 'SupplyDelivery/in')).status).toBe(422);
  expect((await server.get('SupplyDelivery/in')).status).toBe(200);
  await expectExact();
});

test('a violated unique constraint is its fault at once, and not tried again', async () => {
  const lot = (value: string): object => delivery(1, undefined, 'Location/c', { identifier: [{ value }] });
  expect((await server.send('POST', 'SupplyDelivery', lot('L1'))).status).toBe(201);
  const answers = await Promise.all(Array.from({ length: 8 }, () => server.send('POST', 'SupplyDelivery', lot('L2'))));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  const other = await server.send('POST', 'SupplyDelivery', lot('L1'));
  expect(other.body.issue?.[0]).toMatchObject({
    code: 'conflict',
    details: { text: 'This lot number is given already.', coding: [{ code: 'sample.lotTaken' }] },
  });
  await expectExact();
});

test('a refusal of a transaction names its entry when there is one only', async () => {
  const entry = (resource: object): object => ({ resource, request: { method: 'POST', url: 'SupplyDelivery' } });
  const bundle = (...resources: readonly object[]): object => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map(entry),
  });
  const refused = await server.send('POST', '', bundle(delivery(1, 'Location/none', undefined)));
  expect([refused.status, refused.body.issue?.[0]?.expression]).toEqual([422, ['Bundle.entry[0]']]);
  // In and out in one statement: only the sum counts.
  const both = await server.send(
    'POST',
    '',
    bundle(delivery(3, 'Location/d', undefined), delivery(4, undefined, 'Location/d')),
  );
  expect([both.status, await balance('Location/d')]).toEqual([200, 1]);
});

test('what the entries of a transaction do together must hold, not each part of it', async () => {
  const put = (id: string, resource: object): object => ({
    resource: { ...resource, id },
    request: { method: 'PUT', url: `SupplyDelivery/${id}` },
  });
  const send = (...entry: readonly object[]): ReturnType<RuledServer['send']> =>
    server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  const lot = (value: string): object => delivery(5, undefined, 'Location/g', { identifier: [{ value }] });
  expect(
    (await send(put('g1', lot('G1')), put('g2', lot('G2')), put('g3', delivery(9, 'Location/g', undefined)))).status,
  ).toBe(200);
  // The one number is taken by what loses the other; what leaves before something comes is there by then.
  const swapped = await send(
    put('g2', lot('G1')),
    put('g1', lot('G2')),
    { request: { method: 'DELETE', url: 'SupplyDelivery/g3' } },
    { resource: delivery(10, 'Location/g', undefined), request: { method: 'POST', url: 'SupplyDelivery' } },
  );
  expect([swapped.status, await balance('Location/g')]).toEqual([200, 0]);
  await expectExact();
});

test('50 writers at once take out exactly what is there', async () => {
  await server.send('POST', 'SupplyDelivery', delivery(90, undefined, 'Location/e'));
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => server.send('POST', 'SupplyDelivery', delivery(3, 'Location/e', undefined))),
  );
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({ 201: 30, 422: 20 });
  expect(await balance('Location/e')).toBe(0);
  const { body } = await server.get('SupplyDelivery?_summary=count');
  const [row] = await tables.query<{ count: number }>('select count(*) as count from @stock_delivery', []);
  expect(row?.count).toBe(body.total);
  await expectExact();
});

test('rows that are missing, extra or different are found, and a rebuild repairs them', async () => {
  await server.send('PUT', 'SupplyDelivery/kept', { ...delivery(2, undefined, 'Location/f'), id: 'kept' });
  await server.engine.db.query({
    text:
      `update module_sample_stock.stock_balance set on_hand = 77 where place = 'Location/f'; ` +
      `insert into module_sample_stock.stock_balance values (1, 'Location/ghost', 1); ` +
      `delete from module_sample_stock.stock_delivery where id = 'kept'`,
    values: [],
  });
  const { drift } = await server.projections.verify('sample.stock');
  expect(drift).toEqual([
    { table: 'stock_balance', kind: 'different', count: 1, keys: ['[1, "Location/f"]'] },
    { table: 'stock_balance', kind: 'extra', count: 1, keys: ['[1, "Location/ghost"]'] },
    { table: 'stock_delivery', kind: 'missing', count: 1, keys: ['[1, "kept"]'] },
  ]);
  const rebuilt = await server.send('POST', '$rebuild-projection?name=sample.stock');
  expect(rebuilt.status).toBe(200);
  await expectExact();
  expect((await server.send('POST', '$verify-projection?name=sample.stock')).body.parameter).toContainEqual({
    name: 'exact',
    valueBoolean: true,
  });
  expect((await server.send('POST', '$verify-projection?name=other')).status).toBe(404);
});

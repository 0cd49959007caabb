import { SERVER, type Principal } from '../../server/access/principal.ts';
import { openDb, type Db } from '../../server/storage/db.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { delivery, stock } from './stock.fixture.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** Each tenant has rows of its own in a projection's tables, and has them only while its module is enabled. */
let server: RuledServer;
let tenant = 1;
const disabled = new Set<number>();

beforeAll(async () => {
  server = await openRuledServer({
    projections: [stock],
    referentialIntegrity: false,
    interval: 60,
    isEnabled: (asked) => !disabled.has(asked),
    authenticate: (): Principal => ({ ...SERVER, tenant }),
  });
});
afterAll(() => server.close());

async function receive(quantity: number): Promise<number> {
  const { status, headers } = await server.send('POST', 'SupplyDelivery', delivery(quantity, undefined, 'Location/a'));
  if (status === 503) expect(headers.get('retry-after')).toBe('2');
  return status;
}

/** Until the server knows the tenant (403 before), and the projection is in force for it (503). */
async function receiveSoon(quantity: number): Promise<void> {
  const statuses = new Set<number>();
  while (!statuses.has(201)) {
    statuses.add(await receive(quantity));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect([...statuses].filter((status) => ![201, 403, 503].includes(status))).toEqual([]);
}

async function balances(of: number): Promise<readonly unknown[]> {
  const ctx = { tenant: of, db: server.engine.dbOf(of), inTransaction: false };
  const tables = await server.projections.read(ctx, 'sample.stock');
  return tables.query('select tenant, on_hand as "onHand" from @stock_balance', []);
}

test('a new tenant waits for its projections a moment; its rows are its own', async () => {
  expect(await receive(5)).toBe(201);
  const { id } = await createTenant(server.connectionString, {
    name: 'second',
    title: 'Second',
    organization: null,
    consent: 'opt-out',
  });
  tenant = id;
  await receiveSoon(1);
  // Whatever a statement asks for: behind the fence there are no others.
  expect(await balances(2)).toEqual([{ tenant: 2, onHand: 1 }]);
  expect(await balances(1)).toEqual([{ tenant: 1, onHand: 5 }]);
  expect(await server.projections.verify('sample.stock')).toMatchObject({ tenants: [1, 2], drift: [] });
});

test('tables that are made anew are behind the fence too', async () => {
  await server.projections.rebuild('sample.stock');
  expect(await balances(2)).toEqual([{ tenant: 2, onHand: 1 }]);
  const raw: Db = openDb({
    connectionString: server.connectionString,
    max: 1,
    statementTimeout: 5000,
    poolTimeout: 5000,
  });
  const open = await raw.query({
    text: `select relname from pg_class where relnamespace = 'module_sample_stock'::regnamespace and relkind = 'r' and not relforcerowsecurity`,
    values: [],
  });
  await raw.close();
  expect(open).toEqual([]);
});

test('where the module is disabled nothing is refused, and nothing is known when it comes back', async () => {
  tenant = 2;
  disabled.add(2);
  await server.projections.forget(server.engine.dbOf(2), 2, 'sample');
  const out = await server.send('POST', 'SupplyDelivery', delivery(4, 'Location/a', undefined));
  expect(out.status).toBe(201);
  await expect(balances(2)).rejects.toMatchObject({ code: 'projection.notBuilt' });
  tenant = 1;
  expect(await receive(1)).toBe(201);
  tenant = 2;
  await receive(6);
  disabled.delete(2);
  await receiveSoon(1);
  expect(await balances(2)).toEqual([{ tenant: 2, onHand: 4 }]);
  expect((await server.projections.verify('sample.stock')).drift).toEqual([]);
});

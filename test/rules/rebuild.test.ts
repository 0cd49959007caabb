import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import type { Projections } from '../../server/module-host/projections.ts';
import { Fault } from '../../server/kernel/fault.ts';
import type { Projection } from '../../server/sdk/index.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { extendWithRules } from './ruled-server.ts';
import { stock } from './stock.fixture.ts';
import { take, type Step } from './stock-history.ts';

/** A projection made anew is the one that is kept, whatever is written meanwhile and whoever is killed. */
const RUNS = Number(process.env.REBUILD_RUNS ?? 8);
const KILLS = Number(process.env.REBUILD_KILLS ?? 2);

let open: TestEngine;
let projections: Projections;

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure', referentialIntegrity: false });
  projections = extendWithRules(open, { projections: [stock] });
  await projections.buildMissing();
});
afterAll(() => open.close());

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'delete', 'transfer'),
  id: fc.integer({ min: 0, max: 6 }),
  from: fc.constantFrom(0, 0, 1, 2),
  to: fc.constantFrom(0, 1, 2),
  quantity: fc.integer({ min: 1, max: 5 }),
});

async function contents(): Promise<readonly unknown[]> {
  const tables = await projections.read(open.ctx(), 'sample.stock');
  return [
    await tables.query('select * from @stock_balance order by 1, 2'),
    await tables.query('select * from @stock_delivery order by 1, 2'),
  ];
}

async function expectExact(): Promise<void> {
  expect((await projections.verify('sample.stock')).drift).toEqual([]);
}

test('over random histories, written by four at once beside the rebuild, the result is exact', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 4, maxLength: 4 }),
      async (writers) => {
        const writing = writers.map(async (steps) => {
          for (const each of steps) await take(open, each);
        });
        await projections.rebuild('sample.stock');
        await Promise.all(writing);
        await expectExact();
        const kept = await contents();
        await projections.rebuild('sample.stock');
        expect(await contents()).toEqual(kept);
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);

test('a process that waits for a rebuild to end is told so', async () => {
  const both = await Promise.allSettled([projections.rebuild('sample.stock'), projections.rebuild('sample.stock')]);
  const refused = both.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeLessThanOrEqual(1);
  for (const each of refused) expect(each).toMatchObject({ reason: { code: 'projection.busy', status: 409 } });
});

async function killedAfter(kind: 'rebuild' | 'write', ms: number): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'rebuilding.fixture.ts'), kind, open.connectionString],
    { stdio: ['ignore', 'pipe', 'inherit'], env: process.env },
  );
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), ms);
  }
  await exit;
}

test(`${KILLS} times killed while it rebuilds and while it writes, what is there stays exact`, async () => {
  for (let round = 0; round < KILLS; round += 1) {
    await Promise.all([killedAfter('rebuild', 20 + round * 35), killedAfter('write', 150 + round * 60)]);
    await expectExact();
    await projections.rebuild('sample.stock');
    await expectExact();
  }
  const rests = await open.engine.db.query<{ name: string }>({
    text: `select nspname as name from pg_namespace where nspname ~ '^module_' order by 1`,
    values: [],
  });
  expect(rests.map(({ name }) => name)).toEqual(['module_sample_stock']);
}, 120_000);

test('versions that are removed from history meanwhile make it start again', async () => {
  let times = 0;
  const removing: Projection = {
    ...stock,
    name: 'sample.removing',
    async project(images, tables) {
      times += 1;
      if (times === 1) {
        await open.engine.db.query({
          text: `update setting set value = (value::int + 1)::text where name = 'history_purges'`,
          values: [],
        });
      }
      await stock.project(images, tables);
    },
  };
  const second = await openTestEngine({ validation: 'structure', referentialIntegrity: false }, open.connectionString);
  const own = extendWithRules(second, { projections: [removing] });
  await take(open, { kind: 'put', id: 1, from: 0, to: 1, quantity: 5 });
  await own.rebuild('sample.removing');
  expect(times).toBeGreaterThan(1);
  expect((await own.verify('sample.removing')).drift).toEqual([]);
  await second.close();
});

test('a newer version is built before it takes changes; what is stored and does not meet it leaves all as it was', async () => {
  const second = await openTestEngine({ validation: 'structure', referentialIntegrity: false }, open.connectionString);
  const newer = extendWithRules(second, { projections: [{ ...stock, version: 2 }] });
  const write = (): Promise<boolean> => take(second, { kind: 'put', id: 90, from: 0, to: 3, quantity: 1 });
  await expect(write()).rejects.toMatchObject({ code: 'projection.notBuilt', status: 503 });
  await newer.buildMissing();
  expect(await write()).toBe(true);
  // The older server does not write into tables that it does not know.
  await expect(take(open, { kind: 'put', id: 91, from: 0, to: 3, quantity: 1 })).rejects.toBeInstanceOf(Fault);
  expect((await newer.verify('sample.stock')).drift).toEqual([]);

  const strict = extendWithRules(second, {
    projections: [{ ...stock, version: 3, ddl: stock.ddl.replace('on_hand >= 0', 'on_hand < 0') }],
  });
  await expect(strict.buildMissing()).rejects.toThrow('does not meet stock_not_negative of projection sample.stock');
  expect((await newer.verify('sample.stock')).drift).toEqual([]);
  await second.close();
});

test('a projection of tables that are none says what is wrong with them', async () => {
  const broken = extendWithRules(open, {
    projections: [
      {
        ...stock,
        name: 'sample.broken',
        ddl: 'create table @stock_balance (place text primary key); create table @stock_delivery (tenant smallint, id text, primary key (tenant, id), constraint late unique (id) deferrable initially deferred)',
      },
    ],
  });
  await expect(broken.rebuild('sample.broken')).rejects.toThrow(
    /table stock_balance has no column tenant in its primary key.*stock_delivery has the deferred constraint late/,
  );
  const { ctx } = open;
  expect(() => extendWithRules(open, { projections: [{ ...stock, name: 'Stock' }] })).toThrow(/module\.name/);
  await expect(broken.read(ctx(), 'other.broken')).rejects.toThrow(/there is no projection/);
});

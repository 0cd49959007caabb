import { Fault, fault, type Projection } from '../../sdk/index.ts';
import type { Queryable } from '../../storage/db.ts';
import { projectionTables, schemaOf, withTables } from './tables.ts';

const projection: Projection = {
  name: 'supply.stock',
  version: 1,
  on: ['Basic'],
  tables: ['stock_balance', 'lot'],
  ddl: '',
  project: () => Promise.resolve(),
  constraints: { not_negative: () => fault('supply.notEnough', 422, 'business-rule', 'Not enough.') },
};

test.each([
  ['supply.stock', 'module_supply_stock'],
  ['virtual-care.open-item2', 'module_virtual_care_open_item2'],
])('%s is kept in %s', (name, schema) => {
  expect(schemaOf(name)).toBe(schema);
});

test.each(['stock', 'Supply.stock', 'supply.stock_balance', 'supply."x', 'a.b.c', `supply.${'x'.repeat(40)}`, ''])(
  'a projection cannot be named "%s"',
  (name) => {
    expect(() => schemaOf(name)).toThrow('must be named module.name');
  },
);

test.each([
  ['select * from @lot', 'select * from "s"."lot"'],
  ['insert into @stock_balance select from @lot', 'insert into "s"."stock_balance" select from "s"."lot"'],
  ["select a @> b, c <@ d, e @@ f, 'x@ y'", "select a @> b, c <@ d, e @@ f, 'x@ y'"],
])('%s', (text, sql) => {
  expect(withTables(projection, 's', text)).toBe(sql);
});

test('a name that is no table of the projection is a bug', () => {
  expect(() => withTables(projection, 's', 'select from @resource')).toThrow(
    'projection supply.stock has no table resource; it has stock_balance, lot',
  );
});

function failing(error: Error): Queryable {
  return { query: () => Promise.reject(error) };
}

test.each([
  ['23514', 'not_negative', 'supply.notEnough'],
  ['23505', 'not_negative', 'supply.notEnough'],
  ['23505', 'lot_once', 'projection.conflict'],
  ['23P01', 'not_at_once', 'projection.conflict'],
  ['23503', 'lot_of', 'projection.conflict'],
])('a violation %s of %s is %s', async (code, constraint, wanted) => {
  const tables = projectionTables(projection, 's', failing(Object.assign(new Error('x'), { code, constraint })), 1);
  const refused: unknown = await tables.query('select 1').catch((error: unknown) => error);
  expect(refused instanceof Fault ? refused.code : refused).toBe(wanted);
});

test.each([{ code: '40P01' }, { code: '23502', constraint: 'x' }, { code: '23514' }, {}])(
  'what is no violation of a named constraint stays what it is: %j',
  async (more) => {
    const error = Object.assign(new Error('x'), more);
    await expect(projectionTables(projection, 's', failing(error), 1).query('select 1')).rejects.toBe(error);
  },
);

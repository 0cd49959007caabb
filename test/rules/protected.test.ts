import { defineProjection, defineRule } from '../../server/sdk/index.ts';
import { newMasters, SSN } from '../protection/protected-server.ts';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** Rules and projections see encrypted elements as they were written, also when a projection is made anew. */
const seen: unknown[] = [];

const watching = defineRule<'Patient'>({
  name: 'watching',
  on: 'Patient',
  check: ({ before, after }) => void seen.push([before?.identifier?.[0]?.value, after?.identifier?.[0]?.value]),
});

const numbers = defineProjection<'Patient'>({
  name: 'sample.numbers',
  version: 1,
  on: ['Patient'],
  tables: ['number'],
  ddl: 'create table @number (tenant smallint not null, id text not null, digits text, primary key (tenant, id))',
  async project(images, { tenant, query }) {
    for (const { before, after } of images) {
      if (before !== undefined) await query('delete from @number where tenant = $1 and id = $2', [tenant, before.id]);
      if (after === undefined) continue;
      const digits = after.identifier?.[0]?.value?.slice(-2);
      await query('insert into @number values ($1, $2, $3)', [tenant, after.id, digits]);
    }
  },
});

let server: RuledServer;

beforeAll(async () => {
  server = await openRuledServer({
    rules: [watching],
    projections: [numbers],
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
  });
});
afterAll(() => server.close());

test('what is encrypted is plain to them', async () => {
  const put = (value: string): Promise<{ readonly status: number }> =>
    server.send('PUT', 'Patient/a', { resourceType: 'Patient', id: 'a', identifier: [{ system: SSN, value }] });
  expect([(await put('111-22-3333')).status, (await put('111-22-4444')).status]).toEqual([201, 200]);
  expect(seen).toEqual([
    [undefined, '111-22-3333'],
    ['111-22-3333', '111-22-4444'],
  ]);
  const [stored] = await server.engine.db.query<{ text: string }>({
    text: `select strpos(body, '4444')::text as text from resource where id = 'a'`,
    values: [],
  });
  expect(stored?.text).toBe('0');
  await server.projections.rebuild('sample.numbers');
  const tables = await server.projections.read(server.ctx(), 'sample.numbers');
  expect(await tables.query('select id, digits from @number', [])).toEqual([{ id: 'a', digits: '44' }]);
  expect((await server.projections.verify('sample.numbers')).drift).toEqual([]);
});

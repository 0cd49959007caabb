import { csv } from './formats/csv.ts';
import { openReleaseDatabase, type ReleaseDatabase } from './loaded-release.fixture.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await openReleaseDatabase();
});
afterAll(() => database.close());

test('beginnings that more than a thousand concepts share, with the best ones first', async () => {
  const rows = Array.from(
    { length: 1400 },
    (_, at) =>
      `c${at},${['Fever', 'High fever', 'Ague fever fever', 'Fevers'][at % 4]} ${at},${at === 0 ? 'true' : ''}`,
  );
  const text = `code,display,inactive\n${rows.join('\n')}\nalone,Zebra,\n`;
  await database.loadZip(
    'x.zip',
    { 'x.csv': text },
    { format: csv, url: 'http://example.org/x', version: '1', licenceAccepted: false },
  );
  const prefixes = await database.db.query<{ prefix: string; hits: number; best: string[]; kept: number }>({
    text:
      `select prefix, hits, cardinality(ids) as kept, array(select c.display from unnest(p.ids[1:3]) with ordinality i (id, place) ` +
      `join terminology.concept_1 c using (id) order by place) as best from terminology.prefix_1 p order by prefix`,
    values: [],
  });
  expect(prefixes).toEqual(
    ['f', 'fe', 'fev', 'feve', 'fever'].map((prefix) => ({
      prefix,
      hits: 1400,
      kept: 1000,
      // c0 is inactive.
      best: ['Fever 4', 'Fever 8', 'Fevers 3'].sort((a, b) => a.length - b.length),
    })),
  );
});

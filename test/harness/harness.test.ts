import { openDb } from '../../server/storage/db.ts';
import { createTestDatabase } from './test-database.ts';

test('a test database is migrated and empty', async () => {
  const database = await createTestDatabase();
  const db = openDb({ connectionString: database.connectionString, max: 2, statementTimeout: 5000, poolTimeout: 5000 });
  try {
    const rows = await db.query<{ name: string }>({ text: 'select name from migration order by version', values: [] });
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(['base', 'search-parameter-job']);
    expect(await db.query({ text: 'select from resource', values: [] })).toEqual([]);
  } finally {
    await db.close();
    await database.drop();
  }
});

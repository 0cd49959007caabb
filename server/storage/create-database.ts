import pg from 'pg';

/**
 * Creates a database when the server at `adminConnectionString` has none of that name.
 * @param template copies this database instead of an empty one; nobody may be connected to it
 */
export async function createDatabase(
  adminConnectionString: string,
  name: string,
  template = 'template1',
): Promise<void> {
  const client = new pg.Client({ connectionString: adminConnectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const known = await client.query('select from pg_database where datname = $1', [name]);
    if (known.rowCount === 0) {
      await client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`);
    }
  } finally {
    await client.end();
  }
}

/** The database server of a test run, as test/harness/global-setup.ts hands it to the test files. */
export interface TestServer {
  readonly admin: string;
  /** Connection string with `%s` for the database's name. */
  readonly pattern: string;
}

/** Migrated and empty; test files clone it. */
export const TEMPLATE = 'athanor_template';

export function testServer(): TestServer {
  const text = process.env.ATHANOR_TEST_SERVER;
  if (text === undefined) throw new Error('test/harness/global-setup.ts did not run');
  return JSON.parse(text) as TestServer;
}

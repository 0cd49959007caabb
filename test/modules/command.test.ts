import { moduleCommand } from '../../server/boot/commands/module.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';

let database: TestDatabase;
let written: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  process.env.DATABASE_URL = database.connectionString;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
});

afterAll(async () => {
  jest.restoreAllMocks();
  delete process.env.DATABASE_URL;
  await database.drop();
});

/** Exit code and what was written. */
async function run(...argv: readonly string[]): Promise<readonly [number, string]> {
  written = [];
  const code = await moduleCommand(argv);
  return [code, written.join('')];
}

test('list is a line for each module', async () => {
  const [code, text] = await run('list');
  expect(code).toBe(0);
  for (const line of text.split('\n').filter((each) => each !== '')) {
    expect(line).toMatch(/^[a-z-]+ \d+\.\d+\.\d+: .+, (enabled|disabled|left out by MODULES)/);
  }
});

test.each([
  [['enable', 'nothing'], 1, /There is no module of that name/],
  [['disable', 'nothing', '--tenant', 'nobody'], 1, /there is no tenant "nobody"; athanor tenant list names them/],
  [['list', '--tenant', 'nobody'], 1, /there is no tenant "nobody"/],
  [['new', 'Not A Name'], 1, /NAME has 1 to 40 of a-z/],
  [['turn', 'x'], 2, /say new, enable or disable with a name, or list[\s\S]*usage: athanor module/],
  [['new', 'x', '--tenant', 'y'], 2, /usage/],
  [['list', '--folder'], 2, /Unknown option/],
  [['--help'], 0, /^usage: athanor module new NAME/],
])('athanor module %j: %i', async (argv, code, text) => {
  expect(await run(...argv)).toEqual([code, expect.stringMatching(text)]);
});

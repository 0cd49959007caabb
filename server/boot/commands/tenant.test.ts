import { createTestDatabase, type TestDatabase } from '../../../test/harness/test-database.ts';
import { tenantCommand } from './tenant.ts';

let database: TestDatabase;
const url = process.env.DATABASE_URL;

beforeAll(async () => {
  database = await createTestDatabase();
  process.env.DATABASE_URL = database.connectionString;
});
afterAll(async () => {
  if (url === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = url;
  await database.drop();
});

async function run(...argv: string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const write = (chunk: string | Uint8Array): boolean => {
    text += String(chunk);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(write));
  try {
    return { code: await tenantCommand(argv), text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test('tenants are created, listed, disabled and enabled', async () => {
  expect(await run('create', 'north', '--title', 'Clinic North', '--consent', 'opt-in')).toEqual({
    code: 0,
    text: '2 north: Clinic North, opt-in\n',
  });
  expect((await run('disable', 'north')).text).toBe('2 north: Clinic North, opt-in, disabled\n');
  expect((await run('list')).text).toBe('1 main: Main, opt-out\n2 north: Clinic North, opt-in, disabled\n');
  expect((await run('enable', 'north')).text).toBe('2 north: Clinic North, opt-in\n');
});

test.each([
  [['create', 'main', '--title', 'Again'], 1, 'There is a tenant "main" already'],
  [['disable', 'nobody'], 1, 'there is no tenant "nobody"'],
  [['disable', 'main'], 1, 'main tenant'],
  [['create', 'Big Name', '--title', 'x'], 2, 'NAME has'],
  [['create', 'x'], 2, '--title'],
  [['create', 'x', '--title', 'x', '--consent', 'maybe'], 2, 'opt-out or opt-in'],
  [['create', 'x', '--title', 'x', '--organization', '1'], 2, 'Organization/1'],
  [['remove', 'x'], 2, 'say create'],
  [['list', '--all'], 2, '--all'],
])('athanor tenant %j is refused', async (argv, code, reason) => {
  const answer = await run(...argv);
  expect(answer.code).toBe(code);
  expect(answer.text).toContain(reason);
});

test('--help tells how', async () => {
  expect(await run('--help')).toEqual({ code: 0, text: expect.stringContaining('usage: athanor tenant') });
});

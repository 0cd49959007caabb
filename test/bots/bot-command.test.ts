import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { botCommand } from '../../server/boot/commands/bot.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';

jest.setTimeout(120_000);

let database: TestDatabase;
let folder: string;
let output = '';
const before = { ...process.env };

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'athanor-test-'));
  cpSync(join(__dirname, 'reminder'), join(folder, 'bot'), { recursive: true });
  Object.assign(process.env, { DATABASE_URL: database.connectionString, DATA_DIR: folder, AUTH: 'off' });
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      output += String(text);
      return true;
    });
  }
});

beforeEach(() => (output = ''));

afterAll(async () => {
  jest.restoreAllMocks();
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

test('a bot is tested with its fixtures, on a database of its own', async () => {
  expect([await botCommand(['test', join(folder, 'bot')]), output]).toEqual([0, expect.any(String)]);
  expect(output).toMatch(/info: reminded completed\n.*ok {5}booked\.json\nok {5}called\.json/s);
});

test('what is not as expected is told, with what the bot threw', async () => {
  const fixture = join(folder, 'bot/fixtures/booked.json');
  const text = readFileSync(fixture, 'utf8');
  writeFileSync(fixture, text.replace('"secrets": { "sms-key": "k" },', ''));
  expect(await botCommand(['test', join(folder, 'bot')])).toBe(1);
  expect(output).toMatch(/FAILED booked\.json\n.*outcome is error: Fault There is no secret/);
  writeFileSync(fixture, text);
});

test('it is deployed, listed, rolled back and withdrawn by its name', async () => {
  expect([await botCommand(['deploy', join(folder, 'bot')]), output]).toEqual([
    0,
    expect.stringContaining('version 1'),
  ]);
  await botCommand(['deploy', join(folder, 'bot')]);
  expect([await botCommand(['list']), output]).toEqual([0, expect.stringContaining('name: appointment-reminder')]);
  expect([await botCommand(['rollback', 'appointment-reminder', '1']), output]).toEqual([
    0,
    expect.stringContaining('is deployed'),
  ]);
  expect([
    await botCommand(['logs', 'appointment-reminder']),
    await botCommand(['withdraw', 'appointment-reminder']),
  ]).toEqual([0, 0]);
  expect([await botCommand(['logs', 'appointment-reminder']), output]).toEqual([
    1,
    expect.stringContaining('There is no bot'),
  ]);
});

test('one whose types are wrong is not deployed', async () => {
  const source = join(folder, 'bot/reminder.ts');
  writeFileSync(source, readFileSync(source, 'utf8').replace("'failed'", "'fooled'"));
  expect(await botCommand(['deploy', join(folder, 'bot')])).toBe(1);
  expect(output).toContain('fooled');
});

test.each([[['deploy']], [['nonsense']], [['list', '--tenant', 'x']], [['logs', 'a', 'b', 'c']]])(
  '%j is explained',
  async (argv) => {
    expect([await botCommand(argv), output]).toEqual([2, expect.stringContaining('usage: athanor bot')]);
  },
);

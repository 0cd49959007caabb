import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysCommand } from '../../server/boot/commands/keys.ts';
import { openMasterKeyFile } from '../../server/protection/master-keys.ts';
import { idsOf, type FhirServer } from '../flows/fhir-server.ts';
import { openProtectedServer, openRaw, SSN } from './protected-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'athanor-keys-'));
const file = join(folder, 'master.key');
const before = process.env;
let server: FhirServer;

beforeAll(async () => {
  server = await openProtectedServer('default', openMasterKeyFile(file));
  process.env = { ...before, DATABASE_URL: server.connectionString, DATA_DIR: folder, PROTECTED: 'default' };
  const resource = { resourceType: 'Patient', id: 'p', identifier: [{ system: SSN, value: '321-00-9999' }] };
  expect((await server.send('PUT', 'Patient/p', resource)).status).toBe(201);
});
afterAll(async () => {
  process.env = before;
  await server.close();
  rmSync(folder, { recursive: true });
});

/** What the command says, on both channels. */
async function run(...argv: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(write));
  try {
    return { code: await keysCommand(argv), text: written.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test.each([
  [[], 2, 'rotate'],
  [['destroy'], 2, 'rotate'],
  [['rotate', '--patient', 'p'], 2, '--tenant'],
  [['rotate', '--master', '--tenant', 'main'], 2, '--master'],
  [['rotate', '--tenant', 'nobody'], 1, 'nobody'],
  [['--help'], 0, 'usage'],
])('%j', async (argv, code, text) => {
  const answer = await run(...argv);
  expect(answer.code).toBe(code);
  expect(answer.text).toContain(text);
});

test('the master key is changed while the server runs', async () => {
  const old = readFileSync(file, 'utf8');
  const { code, text } = await run('rotate', '--master');
  expect([code, text]).toEqual([0, expect.stringContaining('wrapped by the new master key')]);
  const [line, ...others] = readFileSync(file, 'utf8').trim().split('\n');
  expect(others).toEqual([]);
  expect(line).not.toBe(old.trim());
  expect((await server.get('Patient/p')).text).toContain('321-00-9999');
  const resource = { resourceType: 'Patient', id: 'q', identifier: [{ system: SSN, value: '321-00-8888' }] };
  expect((await server.send('PUT', 'Patient/q', resource)).status).toBe(201);
  const later = await openProtectedServer('default', openMasterKeyFile(file), server.connectionString);
  expect((await later.get('Patient/p')).text).toContain('321-00-9999');
  expect(idsOf((await later.get(`Patient?identifier=${SSN}|321-00-8888`)).body)).toEqual(['Patient/q']);
  await later.close();
  const raw = openRaw(server);
  const [row] = await raw.query<{ count: number }>({
    text: 'select count(distinct master) as count from data_key where wrapped is not null and master is not null',
    values: [],
  });
  await raw.close();
  expect(row?.count).toBe(1);
}, 60_000);

test('the keys of one patient are changed', async () => {
  const { code, text } = await run('rotate', '--tenant', 'main', '--patient', 'p');
  expect([code, text]).toEqual([0, expect.stringContaining('main: 2 versions')]);
  expect((await server.get('Patient/p')).text).toContain('321-00-9999');
}, 60_000);

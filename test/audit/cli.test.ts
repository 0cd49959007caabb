import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headFolder } from '../../server/audit/chain/head-folder.ts';
import { runAudit, type AuditPorts } from '../../server/audit/cli.ts';
import { startAuditJobs } from '../../server/audit/jobs.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { createSealer } from '../../server/protection/sealer.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { linkAll } from './link-all.ts';

/** `athanor audit`, over a trail that the background work chained and signed. */
let open: TestEngine;
let ports: AuditPorts;
const path = mkdtempSync(join(tmpdir(), 'audit-heads-'));
const written: string[] = [];

const row = (index: number): AuditRow => ({
  recorded: Date.now(),
  id: uuidv7(Date.now()),
  kind: 'rest',
  action: 'R',
  outcome: 0,
  status: 200,
  interaction: 'read',
  type: 'Patient',
  resourceId: String(index),
  version: 1,
  agent: 'Practitioner/1',
  who: '{"kind":"user","user":"Practitioner/1"}',
  ip: '',
  requestId: '',
  patients: [`Patient/${index}`],
  found: '',
  detail: '',
});

/** They are one page. */
const stored = Array.from({ length: 5 }, (_, index) => row(index));

beforeAll(async () => {
  open = await openTestEngine();
  const { db } = open.engine;
  const sealer = createSealer(randomBytes(32));
  const folder = headFolder(path);
  ports = { db, sealer, folder, baseUrl: 'http://localhost/fhir/R4', close: () => Promise.resolve() };
  await storeAuditRows(db, 1, stored);
  await linkAll(db);
  const jobs = startAuditJobs({
    db,
    sealer,
    folder,
    retentionYears: 6,
    holds: () => Promise.resolve([]),
    watch: () => Promise.resolve(),
    now: () => Date.now(),
    onError: (error) => {
      throw error;
    },
  });
  await jobs.close();
});
afterAll(async () => {
  await open.close();
  rmSync(path, { recursive: true });
});
beforeEach(() => {
  written.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
});
afterEach(() => jest.restoreAllMocks());

const run = (...argv: string[]): Promise<number> => runAudit(argv, () => Promise.resolve(ports));

test('verify says that nothing was changed, or names the first bad event', async () => {
  expect(await run('verify')).toBe(0);
  expect(written.join('')).toBe('5 events checked, 0 with erased details, nothing was changed\n');
  written.length = 0;
  await ports.db.transaction(async (tx) => {
    await tx.query({ text: 'set local session_replication_role = replica', values: [] });
    await tx.query({
      text: `update audit_page set events = regexp_replace(events, 'Patient/2', 'Patient/3')`,
      values: [],
    });
  });
  expect(await run('verify')).toBe(1);
  expect(written[0]).toBe(`1 AuditEvent/${stored[2]?.id}: its event was changed, removed or inserted\n`);
});

test('heads and export', async () => {
  expect(await run('heads')).toBe(0);
  expect(written.join('')).toMatch(/^1 {2}20.*key [0-9a-f]{16}\n$/);
  written.length = 0;
  expect(await run('export', '--since', '2020')).toBe(0);
  expect(written.map((line) => (JSON.parse(line) as { resourceType: string }).resourceType)).toEqual(
    Array(5).fill('AuditEvent'),
  );
  written.length = 0;
  expect(await run('export', '--until', '2020')).toBe(0);
  expect(written).toEqual([]);
});

test.each([
  [[]],
  [['shred']],
  [['export', '--since', 'soon']],
  [['export', '--tenant', 'x']],
  [['verify', 'twice']],
  [['--nonsense']],
])('wrong arguments %j are told', async (argv) => {
  expect(await run(...argv)).toBe(2);
  expect(written.join('')).toContain('usage: athanor audit');
});

test('--help is no mistake', async () => {
  expect(await run('--help')).toBe(0);
});

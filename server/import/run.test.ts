import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestEngine, type TestEngine } from '../../test/harness/test-engine.ts';
import type { InputFile } from './input-files.ts';
import { localPool } from './local-pool.ts';
import { loadFiles, type Outcome } from './run.ts';

let opened: TestEngine;
let dataDir: string;
beforeAll(async () => {
  opened = await openTestEngine({ validation: 'structure' });
  dataDir = mkdtempSync(join(tmpdir(), 'athanor-import-'));
});
afterAll(async () => {
  rmSync(dataDir, { recursive: true });
  await opened.close();
});

const file = (name: string, lines: readonly object[]): InputFile => {
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return {
    name,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
};

let startedAt = 0;
function run(files: readonly InputFile[]): Promise<Outcome> {
  startedAt += 1000;
  const progress = { update: () => undefined, done: () => undefined };
  return loadFiles({ files, pool: localPool(opened), progress, dataDir, startedAt });
}

const identified = (resourceType: string, value: string, more: object = {}): object => ({
  resourceType,
  identifier: [{ system: 'urn:run', value }],
  ...more,
});
const transaction = (...resources: readonly { resourceType?: string }[]): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } })),
});

test('files in the wrong order are loaded all the same, and a second run loads nothing again', async () => {
  const patients = Array.from({ length: 30 }, (_, index) =>
    transaction(
      identified('Patient', `wrong-order-${index}`, {
        generalPractitioner: [{ reference: 'Practitioner?identifier=urn:run|dr' }],
      }),
      identified('Patient', `other-${index}`),
    ),
  );
  const files = [file('a', patients), file('b', [identified('Practitioner', 'dr')])];
  const first = await run(files);
  expect(Object.fromEntries(first.totals.created)).toEqual({ Patient: 60, Practitioner: 1 });
  expect(first.rejected.count).toBe(0);
  const second = await run(files);
  expect(second.totals).toEqual({ created: new Map(), existing: 0, skipped: 31 });
});

test('a line sees what stands before it, not what comes later', async () => {
  const organization = identified('Organization', 'twice');
  const referring = transaction(
    identified('Patient', 'sees', { managingOrganization: { reference: 'Organization?identifier=urn:run|twice' } }),
    identified('Patient', 'sees'),
  );
  // Loaded at the same time as its target, it is put off; by the end of the input its reference would be ambiguous.
  const later = Array.from({ length: 3000 }, (_, index) => identified('Organization', `filler-${index}`));
  const { rejected, totals } = await run([
    file('1', [organization]),
    file('2', [referring]),
    file('3', [...later, { ...organization, active: true }]),
  ]);
  expect(rejected.count).toBe(0);
  expect(totals.created.get('Patient')).toBe(2);
});

test('what never finds its target is rejected; line and reason are kept', async () => {
  const lost = identified('Patient', 'lost', {
    id: 'lost',
    managingOrganization: { reference: 'Organization/nowhere' },
  });
  const { rejected, totals } = await run([file('x', [lost, identified('Patient', 'fine')])]);
  expect(totals.created).toEqual(new Map([['Patient', 1]]));
  expect(rejected.count).toBe(1);
  const path = rejected.path ?? '';
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(lost);
  const reasons: unknown = JSON.parse(readFileSync(path.replace('.ndjson', '.reasons.ndjson'), 'utf8'));
  expect(reasons).toMatchObject({ source: 'x', line: 1, reasons: [{ code: 'rest.missingReference' }] });
  expect([...rejected.summary.values()][0]?.first).toContain('x, line 1');
  expect(readdirSync(dataDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('resources that refer to each other across lines are loaded when one can go first', async () => {
  const lines = [
    {
      resourceType: 'Encounter',
      id: 'e1',
      status: 'finished',
      class: { code: 'AMB' },
      subject: { reference: 'Patient/p1' },
    },
    { resourceType: 'Patient', id: 'p1', managingOrganization: { reference: 'Organization/o1' } },
    { resourceType: 'Organization', id: 'o1' },
  ];
  const { rejected, totals } = await run(lines.map((line, index) => file(String(index), [line])));
  expect(rejected.count).toBe(0);
  expect(totals.created.size).toBe(3);
});

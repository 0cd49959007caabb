import { eraseAuditDetails } from '../../server/audit/erase-details.ts';
import { detailText } from '../../server/audit/detail.ts';
import { headFolder } from '../../server/audit/chain/head-folder.ts';
import { headKeys } from '../../server/audit/chain/head-keys.ts';
import { signHead } from '../../server/audit/chain/heads.ts';
import { linkEvents } from '../../server/audit/chain/link-events.ts';
import { verifyChain, type Verification } from '../../server/audit/chain/verify-chain.ts';
import { applyRetention } from '../../server/audit/retention.ts';
import { createSealer } from '../../server/protection/sealer.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { auditMonths, makeAuditMonths, readLinks, transactionBase } from '../../server/storage/audit-chain.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import type { Db } from '../../server/storage/db.ts';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { linkAll } from './link-all.ts';

/** Nobody changes the trail: neither requests nor the owner of the tables; only details are erased and months dropped. */
let open: TestEngine;
/** The installation's, and what requests run on. */
let db: Db;
let requests: Db;
const path = mkdtempSync(join(tmpdir(), 'audit-heads-'));
const folder = headFolder(path);
const sealer = createSealer(randomBytes(32));

function row(recorded: number, extra: Partial<AuditRow> = {}): AuditRow {
  return {
    recorded,
    id: uuidv7(recorded),
    kind: 'rest',
    action: 'R',
    outcome: 0,
    status: 200,
    interaction: 'read',
    type: 'Patient',
    resourceId: '1',
    version: 1,
    agent: 'Practitioner/1',
    who: '{}',
    ip: '',
    requestId: '',
    patients: ['Patient/1'],
    found: '',
    detail: '',
    ...extra,
  };
}

const store = (...rows: AuditRow[]): Promise<void> => storeAuditRows(requests, 1, rows);
const verify = async (): Promise<Verification> => verifyChain({ db, keys: await headKeys(db, sealer, 0), folder });
const link = (): Promise<number> => linkAll(db);

beforeAll(async () => {
  open = await openTestEngine();
  db = open.engine.db;
  requests = open.engine.dbOf(1);
});
afterAll(async () => {
  await open.close();
  rmSync(path, { recursive: true });
});

const CHANGES = [
  `update audit_page set events = ''`,
  `update audit_page set keys = '{}'`,
  `update audit_page set details = array['forged']`,
  `update audit_page set details = null`,
  `update audit_page set details = '[0:0]={NULL}'`,
  `update audit_page set details = array[null], events = 'x'`,
  `delete from audit_page`,
  `truncate audit_page`,
  `truncate audit_page_other`,
  `update audit_link set hash = ''`,
  `delete from audit_link`,
  `truncate audit_link`,
  `delete from audit_head`,
  `update audit_head set seq = 0`,
];

test.each(CHANGES)('neither a request nor the owner can: %s', async (text) => {
  await store(row(Date.now(), { detail: detailText({ query: 'x' }) }));
  await link();
  await signHead(db, (await headKeys(db, sealer, 0))[0], folder, Date.now());
  for (const each of [requests, db]) {
    await expect(each.query({ text, values: [] })).rejects.toMatchObject({ code: '42501' });
  }
});

test.each([
  `insert into audit_link values (1000, 1, gen_random_uuid(), 1, '', '')`,
  `select from audit_key`,
  `select audit_drop_month('2000-01-01')`,
  `select audit_drop_links(1)`,
  `drop table audit_page_other`,
  `alter table audit_page disable trigger append_only`,
])('a request cannot: %s', async (text) => {
  await expect(requests.query({ text, values: [] })).rejects.toMatchObject({ code: '42501' });
});

test('not even the owner drops a month, or links, younger than a year', async () => {
  const month = new Date().toISOString().slice(0, 7).concat('-01');
  await expect(db.query({ text: 'select audit_drop_month($1)', values: [month] })).rejects.toMatchObject({
    code: '42501',
  });
  await expect(db.query({ text: 'select audit_drop_links(1)', values: [] })).rejects.toMatchObject({ code: '42501' });
});

test('details are erased by what they are about and by what they say, and the chain is still whole', async () => {
  const now = Date.now();
  const [about, says, encoded, other] = [
    row(now, { detail: detailText({ query: 'family=Curie' }) }),
    row(now, { patients: [], detail: detailText({ query: 'name=Sk%C5%82odowska' }) }),
    row(now, { patients: [], detail: detailText({ query: 'name=Marie+Curie' }) }),
    row(now, { patients: ['Patient/2'], detail: detailText({ query: 'family=Meitner' }) }),
  ];
  await store(about, says, encoded, other);
  await link();
  const erased = await requests.transaction((tx) =>
    eraseAuditDetails(tx, {
      tenant: 1,
      patient: 'Patient/1',
      words: ['Skłodowska', 'Marie Curie'],
      who: { kind: 'user' },
      now,
    }),
  );
  expect(erased).toBeGreaterThanOrEqual(3);
  const left = await db.query<{ id: string }>({
    text: `select id from audit_event where detail is not null and kind <> 'erasure' and id = any($1)`,
    values: [[about.id, says.id, encoded.id, other.id]],
  });
  expect(left.map(({ id }) => id)).toEqual([other.id]);
  await link();
  expect(await verify()).toMatchObject({ erased, findings: [] });
});

test('after a restore into another cluster, whose transactions are numbered from the start, the chain goes on', async () => {
  await db.transaction(async (tx) => {
    await tx.query({ text: 'set local session_replication_role = replica', values: [] });
    await tx.query({ text: 'update audit_page set tx = tx + 1000000000', values: [] });
    await tx.query({ text: 'delete from audit_link', values: [] });
    await tx.query({ text: 'delete from audit_head', values: [] });
  });
  rmSync(path, { recursive: true });
  await linkEvents(db, 2_000_000_000);
  expect((await verify()).findings).toEqual([]);
  const before = (await verify()).checked;
  expect(await transactionBase(db)).toBeGreaterThan(900_000_000);
  await store(row(Date.now()));
  expect(await link()).toBe(1);
  expect(await verify()).toMatchObject({ checked: before + 1, findings: [] });
});

describe('retention', () => {
  let now = Date.UTC(2030, 5, 15);
  const old = [Date.UTC(2023, 0, 10), Date.UTC(2023, 1, 10), Date.UTC(2023, 2, 10)];
  const retain = async (patients: readonly string[]): Promise<readonly string[]> => {
    now += 1000;
    const [key] = await headKeys(db, sealer, 0);
    const holds = (): Promise<{ tenant: number; patient: string }[]> =>
      Promise.resolve(patients.map((patient) => ({ tenant: 1, patient })));
    return applyRetention({ db, key, folder, years: 6, now, holds });
  };

  test('whole months go, but none from the first one with a patient under legal hold', async () => {
    await makeAuditMonths(db, '2023-01-01');
    await store(...old.map((time, index) => row(time, { patients: [`Patient/old${index}`] })));
    await link();
    expect(await retain(['Patient/old1'])).toEqual(['2023-01-01']);
    expect(await auditMonths(db)).toContain('2023-02-01');
    expect((await verify()).findings).toEqual([]);
    expect(await retain([])).toEqual(['2023-02-01', '2023-03-01']);
    const left = await db.query({ text: 'select from audit_event where recorded < $1', values: [Date.UTC(2024, 0)] });
    expect(left).toEqual([]);
    await store(row(Date.now()));
    await link();
    expect((await verify()).findings).toEqual([]);
    expect((await readLinks(db, 0, 10)).length).toBeGreaterThan(0);
  });

  test('what retention did not drop must still be there', async () => {
    const [row1] = await readLinks(db, 0, 1000).then((links) => links.slice(-1));
    let findings: unknown;
    await db
      .transaction(async (tx) => {
        await tx.query({ text: 'set local session_replication_role = replica', values: [] });
        await tx.query({ text: 'delete from audit_page where id = $1', values: [row1?.id] });
        findings = (await verifyChain({ db: tx, keys: await headKeys(tx, sealer, 0), folder })).findings;
        throw new Error('undo');
      })
      .catch(() => undefined);
    expect(findings).toEqual([{ seq: row1?.seq, event: row1?.id, what: 'its event is missing or was changed' }]);
  });
});

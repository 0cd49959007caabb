import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { headFolder } from '../../server/audit/chain/head-folder.ts';
import { headKeys } from '../../server/audit/chain/head-keys.ts';
import { signHead } from '../../server/audit/chain/heads.ts';
import { linkEvents } from '../../server/audit/chain/link-events.ts';
import { verifyChain, type Verification } from '../../server/audit/chain/verify-chain.ts';
import { detailText } from '../../server/audit/detail.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { createSealer } from '../../server/protection/sealer.ts';
import { lastLink } from '../../server/storage/audit-chain.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import type { Db, Tx } from '../../server/storage/db.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { linkAll } from './link-all.ts';
import { eventsIn, PAGES, TAMPERS, type Expected, type Place, type Tamper } from './tampers.ts';

/** Whatever is done to the trail behind the server's back is found, and the first bad event is named. */

const EVENTS = Array.from({ length: PAGES }, (_, index) => eventsIn(index + 1)).reduce((a, b) => a + b);
const RUNS = Number(process.env.AUDIT_TAMPERS ?? 1000);

const folderPath = mkdtempSync(join(tmpdir(), 'audit-heads-'));
const folder = headFolder(folderPath);
const sealer = createSealer(randomBytes(32));

let open: TestEngine;
let db: Db;

const row = (index: number, extra: Partial<AuditRow> = {}): AuditRow => {
  const recorded = Date.now();
  return {
    recorded,
    id: uuidv7(recorded),
    kind: 'rest',
    action: 'R',
    outcome: 0,
    status: 200,
    interaction: 'read',
    type: 'Observation',
    resourceId: `o${index}`,
    version: 1,
    agent: `Practitioner/${index % 3}`,
    who: '{"kind":"user"}',
    ip: '10.0.0.1',
    requestId: `r${index}`,
    patients: index % 7 === 0 ? ['Patient/1', 'Patient/2'] : [`Patient/${index % 5}`],
    found: '',
    detail: index % 2 === 0 ? detailText({ query: `name=x${index}` }) : '',
    ...extra,
  };
};

async function store(...rows: AuditRow[]): Promise<void> {
  await storeAuditRows(db, 1, rows);
}

const verify = async (on: Db | Tx = db): Promise<Verification> =>
  verifyChain({ db: on, keys: await headKeys(on, sealer, 0), folder });

beforeAll(async () => {
  open = await openTestEngine();
  ({ db } = open.engine);
  const [newest] = await headKeys(db, sealer, Date.now());
  for (let seq = 1; seq <= PAGES; seq += 1) {
    await store(...Array.from({ length: eventsIn(seq) }, (_, place) => row(seq * 10 + place)));
    if (seq === PAGES / 2 + 1) {
      await linkAll(db);
      await signHead(db, newest, folder, Date.now());
    }
  }
  await linkAll(db);
  await signHead(db, newest, folder, Date.now());
});
afterAll(async () => {
  await open.close();
  rmSync(folderPath, { recursive: true });
});

test('a trail that nobody touched is whole', async () => {
  expect(await verify()).toEqual({ checked: EVENTS, erased: 0, findings: [] });
});

test('an event that is under way in a transaction is chained when it is committed, behind those that came before', async () => {
  const before = (await lastLink(db))?.seq ?? 0;
  const slow = row(1000);
  await db
    .transaction(async (tx) => {
      await storeAuditRows(tx, 1, [slow]);
      await store(row(1001));
      // The later transaction is committed, but the earlier one could still come before it.
      expect(await linkEvents(db, 0)).toBe(0);
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  expect(await linkAll(db)).toBe(1);
  expect((await lastLink(db))?.seq).toBe(before + 1);
  expect((await verify()).findings).toEqual([]);
});

class Undo extends Error {}

/** Findings after a tamper, which is undone again. */
async function found(tamper: Tamper, at: Place): Promise<{ expected: Expected; result: Verification }> {
  let answer: { expected: Expected; result: Verification } | undefined;
  await db
    .transaction(async (tx) => {
      await tx.query({ text: 'set local session_replication_role = replica', values: [] });
      const expected = await tamper.apply(tx, at);
      answer = { expected, result: await verify(tx) };
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (answer === undefined) throw new Error('nothing was tried');
  return answer;
}

test(`${RUNS} random tampers are all found, and the first bad event is named`, async () => {
  const number = fc.integer({ min: 1, max: PAGES });
  const anywhere = fc
    .tuple(number, fc.nat({ max: 11 }), number)
    .map(([seq, place, other]): Place => ({ seq, place: place % eventsIn(seq), other }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TAMPERS), anywhere, async (tamper, at) => {
      const { expected, result } = await found(tamper, at);
      const [first] = result.findings;
      expect(first).toBeDefined();
      if (expected === undefined) return;
      const { seq, event = first?.event } = expected;
      expect({ tamper: tamper.name, seq: first?.seq, event: first?.event }).toEqual({
        tamper: tamper.name,
        seq,
        event,
      });
    }),
    { numRuns: RUNS, seed: 4 },
  );
}, 600_000);

test.each(TAMPERS.map((tamper) => [tamper.name, tamper] as const))('%s is found', async (_name, tamper) => {
  expect((await found(tamper, { seq: 7, place: 1, other: 9 })).result.findings.length).toBeGreaterThan(0);
});

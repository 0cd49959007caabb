import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { headFolder } from '../../server/audit/chain/head-folder.ts';
import { headKeys } from '../../server/audit/chain/head-keys.ts';
import { signHead } from '../../server/audit/chain/heads.ts';
import { detailHashOf, linkHash } from '../../server/audit/chain/link.ts';
import { linkEvents } from '../../server/audit/chain/link-events.ts';
import { verifyChain, type Verification } from '../../server/audit/chain/verify-chain.ts';
import { detailText } from '../../server/audit/detail.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { createSealer } from '../../server/protection/sealer.ts';
import { lastLink, linkAt, readLinks } from '../../server/storage/audit-chain.ts';
import { readChained } from '../../server/storage/audit-read.ts';
import { packAuditRows, storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import type { Db, Tx } from '../../server/storage/db.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { linkAll } from './link-all.ts';

/** Whatever is done to the trail behind the server's back is found, and the first bad row is named. */

const EVENTS = 60;
const TAMPERS = Number(process.env.AUDIT_TAMPERS ?? 1000);

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
  await storeAuditRows(db, 1, packAuditRows(rows));
}

const verify = async (on: Db | Tx = db): Promise<Verification> =>
  verifyChain({ db: on, keys: await headKeys(on, sealer, 0), folder });

beforeAll(async () => {
  open = await openTestEngine();
  ({ db } = open.engine);
  const [newest] = await headKeys(db, sealer, Date.now());
  for (let index = 0; index < EVENTS; index += 1) {
    await store(row(index));
    if (index === EVENTS / 2) {
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
      await storeAuditRows(tx, 1, packAuditRows([slow]));
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

/** What a tamper did, and the place that must be named. */
interface Tamper {
  readonly name: string;
  apply(tx: Tx, seq: number, other: number): Promise<number>;
}

const idOf = async (tx: Tx, seq: number): Promise<string> => (await linkAt(tx, seq))?.id ?? '';
const sql = (tx: Tx, text: string, ...values: unknown[]): Promise<unknown> => tx.query({ text, values });

const EDITS: readonly [string, string][] = [
  ['tenant', 'tenant + 1'],
  ['tx', 'tx + 1000000'],
  ['kind', `'security'`],
  ['action', `'U'`],
  ['outcome', '4'],
  ['status', '403'],
  ['interaction', 'null'],
  ['type', `'Patient'`],
  ['resource_id', `resource_id || 'x'`],
  ['version', 'version + 1'],
  ['agent', `'Practitioner/innocent'`],
  ['who', `'{}'`],
  ['ip', `'10.0.0.2'`],
  ['request_id', `''`],
  ['patient', `'Patient/other'`],
  ['patients', `array['Patient/other']`],
  ['found', `'Observation/1'`],
  ['recorded', 'recorded + 1'],
];

const TAMPER: readonly Tamper[] = [
  ...EDITS.map(([column, value]): Tamper => ({
    name: `edit of ${column}`,
    async apply(tx, seq) {
      await sql(tx, `update audit_event set ${column} = ${value} where id = $1`, await idOf(tx, seq));
      return seq;
    },
  })),
  {
    name: 'edit of a detail',
    async apply(tx, seq) {
      await sql(tx, `update audit_event set detail = '{"query":"forged"}' where id = $1`, await idOf(tx, seq));
      return seq;
    },
  },
  {
    name: 'erasure of a detail that is recorded nowhere',
    async apply(tx, seq) {
      const even = seq % 2 === 1 ? seq : seq - 1;
      await sql(tx, 'update audit_event set detail = null where id = $1', await idOf(tx, even));
      return even;
    },
  },
  {
    name: 'removed event',
    async apply(tx, seq) {
      await sql(tx, 'delete from audit_event where id = $1', await idOf(tx, seq));
      return seq;
    },
  },
  {
    name: 'removed event and link',
    async apply(tx, seq) {
      await sql(tx, 'delete from audit_event where id = $1', await idOf(tx, seq));
      await sql(tx, 'delete from audit_link where seq = $1', seq);
      return seq === EVENTS + 1 ? seq : seq + 1;
    },
  },
  {
    name: 'reordered links',
    async apply(tx, seq, other) {
      const [a, b] = seq === other ? [1, 2] : [Math.min(seq, other), Math.max(seq, other)];
      await sql(tx, 'update audit_link set seq = -seq where seq in ($1, $2)', a, b);
      await sql(
        tx,
        'update audit_link set seq = case seq when -$1::bigint then $2::bigint else $1::bigint end where seq < 0',
        a,
        b,
      );
      return a;
    },
  },
  {
    name: 'inserted event',
    async apply(tx, seq) {
      await sql(
        tx,
        `insert into audit_event (tenant, recorded, id, tx, kind, action, outcome, status, version, agent, who)
         select tenant, recorded, gen_random_uuid(), tx - 1, kind, action, outcome, status, version, 'Practitioner/framed', who
         from audit_event where id = $1`,
        await idOf(tx, seq),
      );
      return -1;
    },
  },
  {
    name: 'cut tail',
    async apply(tx, seq) {
      const from = Math.min(seq, EVENTS);
      const ids = (await readLinks(tx, from - 1, 1000)).map(({ id }) => id);
      await sql(tx, 'delete from audit_event where id = any($1::uuid[])', ids);
      await sql(tx, 'delete from audit_link where seq >= $1', from);
      return from;
    },
  },
  {
    name: 'edit with every hash after it computed again',
    async apply(tx, seq) {
      const from = Math.min(seq, EVENTS);
      await sql(tx, `update audit_event set agent = 'Practitioner/innocent' where id = $1`, await idOf(tx, from));
      let { hash } = (await linkAt(tx, from - 1)) ?? { hash: Buffer.alloc(32) };
      const events = await readChained(
        tx,
        { tx: -1, id: '00000000-0000-0000-0000-000000000000' },
        (await lastLink(tx)) ?? { tx: 0, id: '' },
      );
      for (const link of await readLinks(tx, from - 1, 1000)) {
        const event = events.find(({ id }) => id === link.id);
        if (event === undefined) throw new Error('no event');
        hash = linkHash(hash, event, detailHashOf(event));
        await sql(tx, 'update audit_link set hash = $1 where seq = $2', hash, link.seq);
      }
      // Named by the first head that was signed over it.
      return from <= EVENTS / 2 + 1 ? EVENTS / 2 + 1 : EVENTS;
    },
  },
  {
    name: 'forged head',
    async apply(tx) {
      await sql(tx, `update audit_head set hash = sha256('forged') where seq = $1`, EVENTS);
      return EVENTS;
    },
  },
  {
    name: 'removed head',
    async apply(tx) {
      await sql(tx, 'delete from audit_head where seq = $1', EVENTS);
      return EVENTS;
    },
  },
];

class Undo extends Error {}

/** Findings after a tamper, which is undone again. */
async function found(tamper: Tamper, seq: number, other: number): Promise<{ expected: number; result: Verification }> {
  let answer: { expected: number; result: Verification } | undefined;
  await db
    .transaction(async (tx) => {
      await sql(tx, 'set local session_replication_role = replica');
      const expected = await tamper.apply(tx, seq, other);
      answer = { expected, result: await verify(tx) };
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (answer === undefined) throw new Error('nothing was tried');
  return answer;
}

test(`${TAMPERS} random tampers are all found, and the first bad row is named`, async () => {
  const place = fc.integer({ min: 1, max: EVENTS });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TAMPER), place, place, async (tamper, seq, other) => {
      const { expected, result } = await found(tamper, seq, other);
      const [first] = result.findings;
      expect(first).toBeDefined();
      if (expected >= 0)
        expect({ tamper: tamper.name, seq: first?.seq }).toEqual({ tamper: tamper.name, seq: expected });
    }),
    { numRuns: TAMPERS, seed: 4 },
  );
}, 600_000);

test.each(TAMPER.map((tamper) => [tamper.name, tamper] as const))('%s is found', async (_name, tamper) => {
  expect((await found(tamper, 7, 9)).result.findings.length).toBeGreaterThan(0);
});

import { openTestEngine, type TestEngine } from '../../test/harness/test-engine.ts';
import { update } from '../fhir/interactions/update.ts';
import { leaseJob, nextBatch, startJobs, writeBatch, type ReindexRow } from './reindex.ts';

let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine();
});
afterAll(() => open.close());

async function store(id: string): Promise<void> {
  const body = { resourceType: 'Patient', id };
  const request = {
    method: 'PUT',
    path: ['Patient', id],
    query: '',
    headers: { prefer: {}, accept: [] },
    body,
  } as const;
  await update(open.engine, open.ctx(), request);
}

test('a resource that is changed while its batch waits for it does not carry the cursor past others', async () => {
  await store('first');
  await store('second');
  const { db, definitions } = open.engine;
  const typeId = definitions.typeId('Patient');
  // A slot number that no parameter has, so that the engine's own jobs leave this one alone.
  await db.transaction((tx) => startJobs(tx, { type: 'Patient', typeId, slots: [32_000], notBefore: 0 }));
  const job = await leaseJob(db, Date.now(), Date.now() + 60_000);
  if (job === undefined) throw new Error('no job');
  const batch = (): Promise<readonly ReindexRow[] | undefined> =>
    db.transaction(async (tx) => {
      const rows = await nextBatch(tx, job, typeId, Date.now() + 60_000, 1);
      await writeBatch(
        tx,
        job,
        (rows ?? []).map((row) => ({
          row,
          rows: {
            tokens: [],
            refs: [],
            dates: [],
            quantities: [],
            strings: [],
            positions: [],
            uris: [],
            present: new Uint8Array(Buffer.from(row.present, 'hex')),
          },
        })),
      );
      return rows;
    });
  let waiting: ReturnType<typeof batch> | undefined;
  await db.transaction(async (tx) => {
    await tx.query({
      text: `update resource set updated = updated + 86400000 where id = 'first' and type = $1`,
      values: [typeId],
    });
    waiting = batch();
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  expect((await waiting)?.map(({ id }) => id)).toEqual(['first']);
  expect((await batch())?.map(({ id }) => id)).toEqual(['second']);
});

import { createHash, randomUUID } from 'node:crypto';
import { insertMessages, type ArrivedMessage } from '../../../hl7-gateway/store/insert-messages.ts';
import { migrate } from '../../../hl7-gateway/store/migrate.ts';
import { openStore } from '../../../hl7-gateway/store/open-store.ts';
import { createTestDatabase } from '../../harness/test-database.ts';

const GROUP = 10;
const BEFORE = 1000;
const GROUPS = 20;

function arrived(n: number): ArrivedMessage {
  const bytes = Buffer.from(`message ${n}`);
  return {
    id: randomUUID(),
    partner: 'lab',
    localPort: 2575,
    remoteAddress: '127.0.0.1',
    receivedAt: new Date(0).toISOString(),
    bytes,
    sha256: createHash('sha256').update(bytes).digest(),
    charset: 'utf-8',
    charsetRule: 'utf-8',
    event: 'ORU^R01',
    controlId: `C${n}`,
    version: '2.5.1',
    refs: [`p:${n % 50}`],
    lanes: [BigInt(n % 50)],
    state: 'received',
    refusesReuse: n % 2 === 0,
  };
}

const group = (first: number): ArrivedMessage[] => Array.from({ length: GROUP }, (_, n) => arrived(first + n));

/** Rows of `message` that were read, by index or from end to end. */
const READ = `
select (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'message')
  + (select seq_tup_read from pg_stat_user_tables where relname = 'message') as count`;

test.each([0, 1, 40])(
  'what arrives does not have all messages read, also where statistics are of %d messages',
  async (known) => {
    const database = await createTestDatabase();
    // One connection: counts of what it read are there when it has told them.
    const open = (): ReturnType<typeof openStore> => openStore({ connectionString: database.connectionString, max: 1 });
    await migrate(database.connectionString);
    const first = open();
    await first.query({ text: 'alter table message set (autovacuum_enabled = off)', values: [] });
    if (known > 0)
      await insertMessages(
        first,
        Array.from({ length: known }, (_, n) => arrived(-1 - n)),
      );
    await first.query({ text: 'analyze message', values: [] });
    await first.close();
    const store = open();
    const readSoFar = async (): Promise<number> => {
      await store.query({ text: 'select pg_stat_force_next_flush()', values: [] });
      await store.query({ text: 'select pg_stat_clear_snapshot()', values: [] });
      const [row] = await store.query<{ count: string }>({ text: READ, values: [] });
      return Number(row?.count);
    };
    try {
      for (let n = 0; n < BEFORE; n += GROUP) await insertMessages(store, group(n));
      const before = await readSoFar();
      for (let n = 0; n < GROUPS; n += 1) await insertMessages(store, group(BEFORE + n * GROUP));
      const again = await insertMessages(store, group(0));
      expect(again.map((one) => one?.isRepetition)).toEqual(Array.from({ length: GROUP }, () => true));
      // Who reads all of them reads a thousand for each group.
      expect((await readSoFar()) - before).toBeLessThan((GROUPS * BEFORE) / 10);
    } finally {
      await store.close();
      await database.drop();
    }
  },
);

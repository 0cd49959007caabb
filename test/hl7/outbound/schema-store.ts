import { migrate } from '../../../hl7-gateway/store/migrate.ts';
import { openStore, type Store } from '../../../hl7-gateway/store/open-store.ts';
import { createTestDatabase } from '../../harness/test-database.ts';

/** The gateway's tables on a database of their own. */
export interface OpenStore {
  readonly store: Store;
  readonly connectionString: string;
  /** Messages that go out, oldest first. */
  sent(): Promise<readonly SentRow[]>;
  close(): Promise<void>;
}

export interface SentRow {
  readonly id: string;
  readonly partner: string;
  readonly event: string;
  readonly controlId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly task: string | null;
  readonly attempts: number;
  readonly bytes: Buffer;
}

export async function openSchemaStore(): Promise<OpenStore> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  await migrate(connectionString);
  const store = openStore({ connectionString, max: 6 });
  return {
    store,
    connectionString,
    sent: () =>
      store.query<SentRow>({
        text: `
select m.id, m.partner, m.event, m.control_id as "controlId", p.state, p.reason, p.note, p.task, p.attempts, m.bytes
from message m join progress p on p.seq = m.seq where m.direction = 'out' order by m.seq`,
        values: [],
      }),
    async close() {
      await store.close();
      await database.drop();
    },
  };
}

import { openInbox } from '../../../hl7-gateway/inbox/open-inbox.ts';
import { migrate } from '../../../hl7-gateway/store/migrate.ts';
import { openStore, StoreUnavailable } from '../../../hl7-gateway/store/open-store.ts';
import { deleteExpired } from '../../../hl7-gateway/store/retention.ts';
import { FIRST_LANE, takeMessages } from '../../../hl7-gateway/store/take-messages.ts';
import { every } from '../../../server/kernel/every.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { until } from '../../harness/eventually.ts';
import { createTestDatabase } from '../../harness/test-database.ts';
import { adt, APPLIED, codeIn, openTestInbox, partner, testPorts } from './test-inbox.ts';

test('gateways that start at the same time migrate once', async () => {
  const database = await createTestDatabase();
  try {
    const ran = await Promise.all(Array.from({ length: 6 }, () => migrate(database.connectionString)));
    expect(ran.flat()).toEqual(['messages', 'outgoing', 'pacs', 'expiry', 'partner-index']);
    const store = openStore({ connectionString: database.connectionString, max: 1 });
    await store.query({ text: `insert into migration (version, name) values (999, 'later')`, values: [] });
    await store.close();
    await expect(migrate(database.connectionString)).rejects.toThrow('start a newer one');
  } finally {
    await database.drop();
  }
});

test('connections that are lost under way do not lose messages or double them', async () => {
  const opened = await openTestInbox();
  const admin = openStore({ connectionString: opened.connectionString, max: 1 });
  const loss = every(
    200,
    async () => {
      await admin.query({
        text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        values: [],
      });
    },
    () => undefined,
  );
  try {
    const ids = Array.from({ length: 200 }, (_, n) => `L${n}`);
    const replies = await Promise.all(
      ids.map(async (id, n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 10));
        return opened.send(adt(`p${n % 20}`, { id }));
      }),
    );
    await loss.stop();
    expect(new Set(replies.map(codeIn))).toEqual(new Set(['AA']));
    await opened.settled();
    const rows = await opened.rows();
    expect(rows.map(({ controlId }) => controlId).sort()).toEqual([...ids].sort());
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['applied']));
  } finally {
    await loss.stop();
    await admin.close();
    await opened.close();
  }
});

test('without a database there is no reply', async () => {
  const store = openStore({ connectionString: 'postgresql://nobody@127.0.0.1:1/none', max: 2, patience: 200 });
  const inbox = openInbox({ store, ports: testPorts([partner('LAB')]), log: createLog('silent', 'test') });
  const link = { localPort: 2575, remoteAddress: '127.0.0.1' };
  await expect(inbox.accept(Buffer.from(adt('1')), link)).rejects.toThrow(StoreUnavailable);
  await inbox.close();
  await store.close();
});

test('before partners are known nobody is told to be unknown', async () => {
  const opened = await openTestInbox([]);
  await expect(opened.send(adt('1'))).rejects.toThrow('Partners are not known yet');
  expect(await opened.rows()).toEqual([]);
  await opened.close();
});

test('what a gateway that died was working on goes on when its lease ends, in order', async () => {
  const opened = await openTestInbox([partner('LAB')]);
  try {
    await opened.inbox.close();
    const first = opened.another();
    await first.close();
    for (const id of ['Z0', 'Z1', 'Z2']) await opened.send(adt('p', { id }));
    const taken = await takeMessages(opened.store, { owner: crypto.randomUUID(), duration: 500 }, 10, FIRST_LANE, []);
    expect(taken.map(({ controlId }) => controlId)).toEqual(['Z0']);
    opened.another();
    await opened.settled();
    expect(opened.ports.delivered.map(({ controlId }) => controlId)).toEqual(['Z0', 'Z1', 'Z2']);
  } finally {
    await opened.close();
  }
});

test('a message over which gateways die again and again is dead in the end; those that were with it are applied', async () => {
  const opened = await openTestInbox([partner('LAB')]);
  try {
    await opened.inbox.close();
    for (const id of ['Y0', 'Y1', 'Y2']) await opened.send(adt(id, { id }));
    // Two more deaths of its gateway than a message outlives, at the first three of which it was not alone.
    await opened.store.query({ text: 'update progress set taken = 3', values: [] });
    await opened.store.query({
      text: `update progress set taken = 6 where seq = (select min(seq) from progress)`,
      values: [],
    });
    opened.another();
    await opened.settled();
    expect((await opened.rows()).map(({ controlId, state }) => [controlId, state])).toEqual([
      ['Y0', 'dead'],
      ['Y1', 'applied'],
      ['Y2', 'applied'],
    ]);
    expect(opened.ports.delivered).toHaveLength(2);
  } finally {
    await opened.close();
  }
});

test('what has been kept long enough is deleted; what waits for a person is not', async () => {
  const opened = await openTestInbox();
  try {
    opened.ports.react = ({ controlId }) =>
      controlId === 'T2' ? { kind: 'parked', reason: 'refused', text: 'no', task: 'Task/1', codes: [] } : APPLIED;
    for (const id of ['T0', 'T1', 'T2']) await opened.send(adt(id, { id }));
    await until(async () => (await opened.states()).join() === 'applied,applied,parked');
    await opened.store.query({
      text: `update progress set ended_at = now() - interval '90 days' where seq <> 2`,
      values: [],
    });
    expect(await deleteExpired(opened.store, { applied: 30 }, 100)).toBe(1);
    expect((await opened.rows()).map(({ controlId }) => controlId)).toEqual(['T1', 'T2']);
  } finally {
    await opened.close();
  }
});

test('one long lane does not hold up the others', async () => {
  const opened = await openTestInbox([partner('LAB')]);
  try {
    await opened.inbox.close();
    await Promise.all(Array.from({ length: 3000 }, (_, n) => opened.send(adt('flood', { id: `H${n}` }))));
    await Promise.all(Array.from({ length: 20 }, (_, n) => opened.send(adt(`other${n}`, { id: `I${n}` }))));
    const lease = { owner: crypto.randomUUID(), duration: 60_000 };
    const taken = await takeMessages(opened.store, lease, 30, FIRST_LANE, []);
    expect(taken).toHaveLength(21);
  } finally {
    await opened.close();
  }
});

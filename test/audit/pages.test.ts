import fc from 'fast-check';
import { addAgentCondition, addPatientCondition } from '../../server/audit/serve/search-parameters.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import {
  activitiesOf,
  auditPages,
  eventTexts,
  factsOf,
  fieldsText,
  PAGE_SPAN,
} from '../../server/storage/audit-pages.ts';
import { auditConditions, readAudit, type AuditPosition, type ConditionList } from '../../server/storage/audit-read.ts';
import { storeAuditRows, type AuditRow } from '../../server/storage/audit-rows.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

/** Events are stored by pages, and found as if each were a row of its own. */
const START = Date.UTC(2026, 0, 1);

const row = (recorded: number, index: number, extra: Partial<AuditRow> = {}): AuditRow => ({
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
  who: `{"kind":"user","user":"Practitioner/${index % 3}"}`,
  ip: '',
  requestId: `r${index}`,
  patients: index % 4 === 0 ? [] : [`Patient/${index % 4}`, `Patient/${index % 5}`],
  found: [undefined, 'Patient/1 Patient/1', 'Patient/2 Patient/2'][index % 60] ?? '',
  detail: index % 3 === 0 ? `{"query":"${index}"}` : '',
  ...extra,
});

let open: TestEngine;
const rows: AuditRow[] = [];

beforeAll(async () => {
  open = await openTestEngine();
  // Out of order within batches, as requests of different lengths are.
  const [times = []] = fc.sample(fc.array(fc.nat({ max: 20_000 }), { minLength: 900, maxLength: 900 }), {
    numRuns: 1,
    seed: 3,
  });
  rows.push(...times.map((time, index) => row(START + time, index)));
  for (let start = 0, size = 1; start < rows.length; start += size, size = 1 + ((size * 7) % 23)) {
    await storeAuditRows(open.engine.db, 1, rows.slice(start, start + size));
  }
});
afterAll(() => open.close());

async function walk(narrow: (conditions: ConditionList) => void, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: AuditPosition | undefined; ;) {
    const conditions = auditConditions(1);
    narrow(conditions);
    if (after !== undefined) conditions.behind(after);
    const page = await readAudit(open.engine.dbOf(1), conditions, count);
    ids.push(...page.map(({ id }) => id));
    after = page.at(-1);
    if (page.length < count) return ids;
  }
}

const newestFirst = (test: (row: AuditRow) => boolean): string[] =>
  rows
    .filter(test)
    .sort((a, b) => b.recorded - a.recorded || (a.id < b.id ? 1 : -1))
    .map(({ id }) => id);

test.each<[string, (conditions: ConditionList) => void, (row: AuditRow) => boolean]>([
  ['all', () => undefined, () => true],
  ['an agent', (list) => addAgentCondition(list, ['Practitioner/1']), ({ agent }) => agent === 'Practitioner/1'],
  ['a patient', (list) => addPatientCondition(list, ['Patient/4']), ({ patients }) => patients.includes('Patient/4')],
  [
    'a time',
    (list) => list.within(START + 5000, START + 9000),
    ({ recorded }) => recorded >= START + 5000 && recorded < START + 9000,
  ],
  [
    'a text',
    (list) => {
      list.holding([fieldsText(['Observation', 'o7'], true)]);
      list.add(() => `resource_id = 'o7'`);
    },
    ({ resourceId }) => resourceId === 'o7',
  ],
])('a walk by %s finds each event once, newest first', async (_what, narrow, test) => {
  const expected = newestFirst(test);
  expect(expected.length).toBeGreaterThan(0);
  for (const count of [5, 50, 2000]) expect(await walk(narrow, count)).toEqual(expected);
});

test('events are read as they were stored', async () => {
  const stored = new Map(rows.map((each) => [each.id, each]));
  const read = await readAudit(open.engine.dbOf(1), auditConditions(1), 2000);
  expect(read).toHaveLength(rows.length);
  for (const event of read) {
    const { patients, ip, found, detail, ...same } = stored.get(event.id) ?? row(0, 0);
    expect(event).toMatchObject({ ...same, ip: ip || null, found: found || null, detail: detail || null, tenant: 1 });
    expect(event.patients ?? []).toEqual(patients);
  }
});

test('a page says once who it was, and its events are read with it', async () => {
  const whos = ['{"kind":"user"}', '{"kind":"client"}', '{"kind":"user"}'];
  const agents = ['Practitioner/a', 'client/b', 'Practitioner/c'];
  const sent = Array.from({ length: 9 }, (_, index) =>
    row(START + 70_000, index, { agent: agents[index % 3] ?? '', who: whos[index % 3] ?? '' }),
  );
  const [page, ...others] = auditPages(1, sent);
  expect(others).toEqual([]);
  const events = page?.[3] ?? '';
  expect(events.split('{"kind":"client"}')).toHaveLength(2);
  const pairs = sent.map(({ agent, who }) => ({ agent, who }));
  expect(activitiesOf(events).map(({ agent, who }) => ({ agent, who }))).toEqual(pairs);
  const read = await open.engine.db.query({
    text: 'select agent, who from audit_events($1, null) order by place',
    values: [events],
  });
  expect(read).toEqual(pairs);
});

test('a page spans a second at most and stays in its row', () => {
  const many = Array.from({ length: 500 }, (_, index) => row(START + ((index * 37) % 5000), index));
  const pages = auditPages(1, many);
  expect(pages.flatMap(([, , , events]) => eventTexts(events).map((event) => factsOf(event).id))).toEqual(
    many.map(({ id }) => id),
  );
  for (const [recorded, , , events] of pages) {
    expect(events.length).toBeLessThan(8000);
    const times = eventTexts(events).map((event) => Number(event.split('\u001f')[0]));
    expect(Math.max(...times)).toBe(Number(recorded));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(PAGE_SPAN);
  }
});

test('what a client sends ends neither a field nor an event nor a page', async () => {
  const hostile = 'a\u001cb\u001dc\u001ed\u001fe\0f';
  const sent = row(START + 60_000, 1, { interaction: hostile, type: hostile, resourceId: hostile, agent: hostile });
  await storeAuditRows(open.engine.db, 1, [sent, row(START + 60_000, 2)]);
  const conditions = auditConditions(1);
  conditions.within(START + 60_000, START + 60_001);
  const read = await readAudit(open.engine.dbOf(1), conditions, 10);
  expect(read).toHaveLength(2);
  expect(read.find(({ id }) => id === sent.id)).toMatchObject({ agent: 'a b c d e f', resourceId: 'a b c d e f' });
});

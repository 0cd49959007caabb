import { defineFaults, defineRule, type Change, type ResourceOf } from '../../server/sdk/index.ts';
import { inClinicTransaction } from '../../server/module-host/clinic-transaction.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** What rules may do to a change, what they see of it, and what becomes of their failures. */
const faults = defineFaults('sample', {
  once: { status: 409, issue: 'conflict', text: 'There is one already.' },
});

const seen: Change<'Basic'>[] = [];

/** Basics do what their code's text says. */
const changing = defineRule<'Basic'>({
  name: 'changing',
  on: 'Basic',
  change({ before, after }) {
    const text = after?.code.text;
    if (after === undefined) return undefined;
    if (text === 'dated') return { ...after, created: '2026-01-01' };
    if (text === 'kept date')
      return { ...after, ...(before?.created === undefined ? {} : { created: before.created }) };
    if (text === 'invalid') return { ...after, created: 'yesterday' };
    if (text === 'other id') return { ...after, id: 'other' };
    if (text === 'written to') after.created = '2026-01-01';
    if (text === 'bug') throw new Error('a bug');
    return undefined;
  },
});

const second = defineRule<'Basic'>({
  name: 'second',
  on: ['Basic', 'List'] as unknown as 'Basic',
  change: ({ after }) => (after?.created === undefined ? undefined : { ...after, implicitRules: 'urn:second' }),
});

const watching = defineRule<'Basic'>({
  name: 'watching',
  on: 'Basic',
  async check(change, context) {
    seen.push(change);
    const text = change.after?.code.text;
    if (text === 'late bug') throw new Error('a late bug');
    if (text === 'warned') return [{ severity: 'warning', code: 'business-rule', text: 'This is unusual.' }];
    if (text === 'two issues') {
      return ['Basic.code', 'Basic.created'].map((path) => ({
        severity: 'error',
        code: 'business-rule',
        text: `${path} is wrong.`,
        expression: [path],
      }));
    }
    if (text === 'only one') {
      await context.lock('only one');
      if ((await context.count('Basic', 'code:text=only one')) > 1) throw faults.once();
    }
    return [];
  },
});

let server: RuledServer;

beforeAll(async () => {
  server = await openRuledServer({ rules: [changing, second, watching], isEnabled: (tenant) => tenant === 1 });
});
beforeEach(() => void (seen.length = 0));
afterAll(() => server.close());

const basic = (text: string, id?: string): ResourceOf<'Basic'> => ({
  resourceType: 'Basic',
  ...(id === undefined ? {} : { id }),
  code: { text },
});
const post = (text: string, headers = {}): ReturnType<RuledServer['send']> =>
  server.send('POST', 'Basic', basic(text), headers);
const put = (text: string, id: string): ReturnType<RuledServer['send']> =>
  server.send('PUT', `Basic/${id}`, basic(text, id));

async function expectNothing(text: string): Promise<void> {
  expect((await server.get(`Basic?code:text=${text}&_summary=count`)).body.total).toBe(0);
}

test('what a rule adds is stored, found and answered, and the next rule sees it', async () => {
  const { status, body } = await post('dated');
  expect([status, body.created, body.implicitRules]).toEqual([201, '2026-01-01', 'urn:second']);
  expect((await server.get('Basic?created=2026-01-01&code:text=dated')).body.total).toBe(1);
});

test('a rule sees what was there before, and its result may be what is there', async () => {
  await put('dated', 'before');
  seen.length = 0;
  const changed = await put('kept date', 'before');
  expect([changed.body.meta?.versionId, changed.body.created]).toEqual(['2', '2026-01-01']);
  // Without the date it says something else, which the rule makes the same again: no version, and nothing to check.
  expect((await put('kept date', 'before')).body.meta?.versionId).toBe('2');
  expect(seen.map(({ interaction, before, after }) => [interaction, before?.code.text, after?.code.text])).toEqual([
    ['update', 'dated', 'kept date'],
  ]);
  expect(seen[0]?.after?.meta?.versionId).toBe('2');
});

test('a write that changes nothing asks no rule', async () => {
  await put('plain', 'same');
  seen.length = 0;
  await put('plain', 'same');
  expect(seen).toEqual([]);
});

test('what a rule makes is validated', async () => {
  const { status, body } = await post('invalid');
  expect([status, body.issue?.[0]?.expression]).toEqual([422, ['Basic.created']]);
  await expectNothing('invalid');
});

test.each(['other id', 'written to', 'bug', 'late bug'])(
  'a rule with a bug (%s) is a 500, and nothing is stored',
  async (text) => {
    expect((await post(text)).status).toBe(500);
    await expectNothing(text);
  },
);

test('all issues are answered, with the rule as their code', async () => {
  const { status, body } = await post('two issues');
  expect(status).toBe(422);
  expect(body.issue).toMatchObject([
    { expression: ['Basic.code'], details: { coding: [{ code: 'sample.watching' }] } },
    { expression: ['Basic.created'], details: { coding: [{ code: 'sample.watching' }] } },
  ]);
  await expectNothing('two issues');
});

test.each([{}, { 'If-None-Exist': 'identifier=urn:x|none' }])(
  'warnings are told where outcomes are (%j)',
  async (headers) => {
    const { status, body } = await post('warned', { Prefer: 'return=OperationOutcome', ...headers });
    expect([status, body.issue?.[1]?.severity, body.issue?.[1]?.details.text]).toEqual([
      201,
      'warning',
      'This is unusual.',
    ]);
  },
);

test('entries of a Bundle are refused by their places', async () => {
  const entries = ['fine', 'two issues', 'two issues'].map((text) => ({
    resource: basic(text),
    request: { method: 'POST', url: 'Basic' },
  }));
  const { status, body } = await server.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: entries,
  });
  expect([status, body.issue?.map(({ expression }) => expression?.[0])]).toEqual([
    422,
    [
      'Bundle.entry[1].resource.code',
      'Bundle.entry[1].resource.created',
      'Bundle.entry[2].resource.code',
      'Bundle.entry[2].resource.created',
    ],
  ]);
  await expectNothing('fine');
});

test('at the end of a transaction all of its entries are there, each change once and in order', async () => {
  await put('plain', 'deleted');
  await put('plain', 'changed');
  seen.length = 0;
  const entry = [
    { resource: basic('new'), request: { method: 'POST', url: 'Basic' } },
    { resource: basic('changed', 'changed'), request: { method: 'PUT', url: 'Basic/changed' } },
    { request: { method: 'DELETE', url: 'Basic/deleted' } },
    { resource: basic('put', 'put'), request: { method: 'PUT', url: 'Basic/put' } },
  ];
  const { status } = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(status).toBe(200);
  expect(seen.map(({ interaction, after }) => [interaction, after?.code.text])).toEqual([
    ['delete', undefined],
    ['create', 'new'],
    ['create', 'put'],
    ['update', 'changed'],
  ]);
  const two = ['only one', 'only one'].map((text) => ({
    resource: basic(text),
    request: { method: 'POST', url: 'Basic' },
  }));
  const refused = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: two });
  expect(refused.status).toBe(409);
});

test('a lock makes a check over others exact', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, () => post('only one')));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 11 }, () => 409)]);
});

test('two writes of one resource in a transaction are two changes', async () => {
  const { engine } = server;
  await inClinicTransaction(engine, server.ctx(), async (clinic) => {
    const made = await clinic.create(basic('first'));
    await clinic.update({ ...made, code: { text: 'second' } });
    await clinic.remove('Basic', made.id);
    expect(seen).toEqual([]);
  });
  expect(seen.map(({ before, after }) => [before?.code.text, after?.code.text])).toEqual([
    [undefined, 'first'],
    ['first', 'second'],
    ['second', undefined],
  ]);
});

test('an attempt that is repeated is looked at alone', async () => {
  const { engine } = server;
  let attempts = 0;
  await inClinicTransaction(engine, server.ctx(), async (clinic) => {
    await clinic.create(basic('repeated'));
    attempts += 1;
    if (attempts === 1) throw Object.assign(new Error('once more'), { code: '40001' });
  });
  expect([attempts, seen.length]).toEqual([2, 1]);
});

test('a tenant without the module has none of its rules', async () => {
  const { engine } = server;
  expect([engine.hooks?.concerns(1, 'Basic'), engine.hooks?.concerns(2, 'Basic')]).toEqual([true, false]);
  expect(engine.hooks?.concerns(1, 'Patient')).toBe(false);
});

import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { EVERYTHING } from './criteria-access.ts';
import { anonymous, binary, bundle, entry, JSON_PATCH, META, observation, patient } from './write-questions.ts';
import { writerAccess, type WriterPolicy } from './writer.ts';

/** What somebody may do to what they see, and what it may become. */
let open: TestEngine;

const as = (access: Access, question: Question): Promise<Reply> => ask(open.engine, access, question);
const writer = (policy: WriterPolicy): Access => writerAccess(open.engine, policy);

const ANN = { Patient: '_id=ann', Observation: 'subject=Patient/ann', Basic: '*' };
const READS = { read: ANN, search: ANN };

async function store(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const { status, text } = await as(EVERYTHING, { method: 'PUT', url: `${resourceType}/${id}`, body: resource });
  if (status >= 300) throw new Error(text);
}

async function textOf(url: string): Promise<string> {
  return (await as(EVERYTHING, { method: 'GET', url })).text;
}

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  for (const id of ['ann', 'bob']) await store(patient(id));
  await store(observation('of-ann', 'ann'));
  await store(observation('of-bob', 'bob', { identifier: [{ system: 'urn:o', value: 'bob' }] }));
  await store(observation('was-bob', 'bob'));
  await as(EVERYTHING, { method: 'DELETE', url: 'Observation/was-bob' });
});
afterAll(() => open.close());

describe('a new version', () => {
  const ways: readonly (readonly [string, (id: string, patient: string) => Question])[] = [
    ['PUT', (id, whose) => ({ method: 'PUT', url: `Observation/${id}`, body: observation(id, whose) })],
    ['PUT by _id', (id, whose) => ({ method: 'PUT', url: `Observation?_id=${id}`, body: observation(id, whose) })],
    [
      'PATCH',
      (id, whose) => ({
        method: 'PATCH',
        url: `Observation/${id}`,
        body: [{ op: 'replace', path: '/subject/reference', value: `Patient/${whose}` }],
        headers: JSON_PATCH,
      }),
    ],
    [
      'PUT in a transaction',
      (id, whose) => ({
        method: 'POST',
        url: '',
        body: bundle('transaction', entry('PUT', `Observation/${id}`, observation(id, whose))),
      }),
    ],
    [
      'PATCH in a transaction',
      (id, whose) => ({
        method: 'POST',
        url: '',
        body: bundle(
          'transaction',
          entry(
            'PATCH',
            `Observation/${id}`,
            binary([{ op: 'replace', path: '/subject', value: { reference: `Patient/${whose}` } }]),
          ),
        ),
      }),
    ],
  ];

  test.each(ways)('by %s may not become one that is not theirs', async (_way, question) => {
    const id = 'moved';
    await store(observation(id, 'ann'));
    const somebody = writer({ may: { all: { ...ANN, Patient: '*' } } });
    expect((await as(somebody, question(id, 'ann'))).status).toBe(200);
    expect((await as(somebody, question(id, 'bob'))).status).toBe(403);
    expect(await textOf(`Observation/${id}`)).toContain('Patient/ann');
  });

  test.each(ways)('by %s is refused for what the grants say of it', async (_way, question) => {
    const id = 'refused';
    await store(observation(id, 'ann', { note: [{ text: 'kept' }] }));
    const refusal: Access['refusal'] = (before, after) =>
      before?.note !== undefined && after.note === undefined ? 'Notes stay.' : undefined;
    const { status, text } = await as(writer({ may: { all: { ...ANN, Patient: '*' } }, refusal }), question(id, 'ann'));
    const isPatch = _way.includes('PATCH');
    expect(status).toBe(isPatch ? 200 : 403);
    if (!isPatch) expect(text).toContain('Notes stay.');
    expect(await textOf(`Observation/${id}`)).toContain('kept');
  });
});

describe('a creation', () => {
  test.each([
    ['one', (whose: string) => ({ method: 'POST', url: 'Observation', body: observation('', whose) }) as const],
    [
      'one in a transaction',
      (whose: string) =>
        ({
          method: 'POST',
          url: '',
          body: bundle('transaction', entry('POST', 'Observation', observation('', whose))),
        }) as const,
    ],
  ])('of %s is for what one may create', async (_way, question) => {
    const somebody = writer({ may: { create: { Observation: 'subject=Patient/ann' }, read: { Patient: '*' } } });
    const made = await as(somebody, question('ann'));
    expect(made.status).toBeLessThan(300);
    // Who may not read it is not shown it.
    expect(made.text).not.toContain('29463-7');
    expect((await as(somebody, question('bob'))).status).toBe(403);
    const basic = { resourceType: 'Basic', code: { text: 'x' } };
    expect((await as(somebody, { method: 'POST', url: 'Basic', body: basic })).status).toBe(403);
  });

  test("under an id of one's own is for those who see every resource of the type", async () => {
    const put = (id: string): Question => ({ method: 'PUT', url: `Observation/${id}`, body: observation(id, 'ann') });
    const seesAll = { ...READS, read: { ...ANN, Observation: '*' }, create: ANN, update: ANN };
    expect((await as(writer({ may: seesAll }), put('mine'))).status).toBe(201);
    expect((await as(writer({ may: { all: ANN } }), put('mine-too'))).status).toBe(404);
  });
});

describe('criteria', () => {
  const CRITERIA = 'identifier=urn:o%7Cbob';

  test('of a conditional create find nothing that one may not see', async () => {
    const somebody = writer({ may: { all: ANN } });
    const question: Question = {
      method: 'POST',
      url: 'Observation',
      body: observation('', 'ann'),
      headers: { 'if-none-exist': CRITERIA },
    };
    expect((await as(somebody, question)).status).toBe(201);
    expect((await as(EVERYTHING, question)).status).toBe(200);
  });

  test('of a conditional delete delete what one sees', async () => {
    await store(observation('goes', 'ann', { identifier: [{ system: 'urn:o', value: 'both' }] }));
    await store(observation('stays', 'bob', { identifier: [{ system: 'urn:o', value: 'both' }] }));
    const url = 'Observation?identifier=urn:o%7Cboth';
    const { status } = await as(writer({ may: { all: ANN } }), { method: 'DELETE', url });
    expect(status).toBe(204);
    expect((await as(EVERYTHING, { method: 'GET', url: 'Observation/stays' })).status).toBe(200);
    expect((await as(EVERYTHING, { method: 'GET', url: 'Observation/goes' })).status).toBe(410);
  });

  test('of a conditional reference find nothing that one may not see', async () => {
    const referring = (value: string): Question => ({
      method: 'POST',
      url: '',
      body: bundle(
        'transaction',
        entry('POST', 'Basic', {
          resourceType: 'Basic',
          code: { text: 'x' },
          subject: { reference: `Patient?identifier=urn:mrn%7C${value}` },
        }),
      ),
    });
    const somebody = writer({ may: { all: ANN } });
    const [there, nowhere] = [await as(somebody, referring('bob')), await as(somebody, referring('nil'))];
    expect(there.status).toBe(412);
    expect(anonymous(there, 'bob')).toEqual(anonymous(nowhere, 'nil'));
    expect((await as(somebody, referring('ann'))).status).toBe(200);
  });
});

describe('a reference', () => {
  const basic = (id: string, target: string): object => ({
    resourceType: 'Basic',
    ...(id === '' ? {} : { id }),
    code: { text: 'x' },
    subject: { reference: target },
  });
  const ways: readonly (readonly [string, (target: string) => Question])[] = [
    ['POST', (target) => ({ method: 'POST', url: 'Basic', body: basic('', target) })],
    ['PUT', (target) => ({ method: 'PUT', url: 'Basic/known', body: basic('known', target) })],
    ['PUT to a new id', (target) => ({ method: 'PUT', url: 'Basic/fresh', body: basic('fresh', target) })],
    [
      'PATCH',
      (target) => ({
        method: 'PATCH',
        url: 'Basic/known',
        body: [{ op: 'add', path: '/author', value: { reference: target } }],
        headers: JSON_PATCH,
      }),
    ],
    [
      'POST in a transaction',
      (target) => ({ method: 'POST', url: '', body: bundle('transaction', entry('POST', 'Basic', basic('', target))) }),
    ],
    [
      'PUT in a transaction',
      (target) => ({
        method: 'POST',
        url: '',
        body: bundle('transaction', entry('PUT', 'Basic/known', basic('known', target))),
      }),
    ],
  ];

  test.each(ways)('in a %s leads to nothing that one may not see', async (_way, question) => {
    await store({ resourceType: 'Basic', id: 'known', code: { text: 'x' } });
    const somebody = writer({ may: { all: ANN } });
    for (const suffix of ['', '/_history/1']) {
      const [there, nowhere] = [
        await as(somebody, question(`Patient/bob${suffix}`)),
        await as(somebody, question(`Patient/nil${suffix}`)),
      ];
      expect(there.status).toBe(422);
      expect(anonymous(there, 'bob')).toEqual(anonymous(nowhere, 'nil'));
    }
    expect((await as(somebody, question('Patient/ann'))).status).toBeLessThan(300);
  });
});

test('who still refers to a resource is counted, not named', async () => {
  await store(patient('referred'));
  await store(observation('secret-referrer', 'referred'));
  const somebody = writer({ may: { all: { Patient: '*' } } });
  const { status, text } = await as(somebody, { method: 'DELETE', url: 'Patient/referred' });
  expect(status).toBe(409);
  expect(text).not.toContain('secret-referrer');
  expect(text).toContain('refer to it: 1.');
});

test('an operation is called by those who may', async () => {
  const url = 'Observation/of-ann/$meta-add';
  const refused = await as(writer({ may: { all: ANN }, operations: ['meta'] }), { method: 'POST', url, body: META });
  expect(refused.status).toBe(403);
  const called = await as(writer({ may: { all: ANN }, operations: ['meta-add'] }), { method: 'POST', url, body: META });
  expect(called.status).toBe(200);
});

test("an Idempotency-Key is its owner's", async () => {
  const question = (text: string): Question => ({
    method: 'POST',
    url: 'Basic',
    body: { resourceType: 'Basic', code: { text } },
    headers: { 'idempotency-key': 'shared' },
  });
  const [first, second] = ['first', 'second'].map((account) => writer({ may: { all: ANN }, account }));
  if (first === undefined || second === undefined) throw new Error('two writers');
  const made = await as(first, question('of the first'));
  expect((await as(first, question('of the first'))).headers['Idempotent-Replayed']).toBe('true');
  const other = await as(second, question('of the first'));
  expect(other.headers['Idempotent-Replayed']).toBeUndefined();
  expect(other.headers.Location).not.toBe(made.headers.Location);
  expect((await as(second, question('of the second'))).status).toBe(422);
});

test('a Binary belongs to a resource that its writer sees', async () => {
  const somebody = writer({ may: { all: { ...ANN, Binary: '*' } } });
  const body = (whose: string): object => ({
    resourceType: 'Binary',
    contentType: 'text/plain',
    data: 'AA==',
    securityContext: { reference: `Patient/${whose}` },
  });
  expect((await as(somebody, { method: 'POST', url: 'Binary', body: body('ann') })).status).toBe(201);
  const [there, nowhere] = [
    await as(somebody, { method: 'POST', url: 'Binary', body: body('bob') }),
    await as(somebody, { method: 'POST', url: 'Binary', body: body('nil') }),
  ];
  expect(there.status).toBe(422);
  expect(anonymous(there, 'bob')).toEqual(anonymous(nowhere, 'nil'));
});

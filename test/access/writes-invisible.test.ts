import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { EVERYTHING } from './criteria-access.ts';
import { anonymous, binary, bundle, entry, JSON_PATCH, META, observation, patient } from './write-questions.ts';
import { writerAccess, type WriterPolicy } from './writer.ts';

/** No write goes past access: what somebody may not see is not there for them, and stays as it is. */
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

const TO_AMENDED = [{ op: 'replace', path: '/status', value: 'amended' }];
const PROVEN = [{ op: 'test', path: '/status', value: 'final' }];

/** Every way to write to a resource under an id that somebody names. */
const WAYS: readonly (readonly [string, (id: string) => Question])[] = [
  ['PUT', (id) => ({ method: 'PUT', url: `Observation/${id}`, body: observation(id, 'ann') })],
  [
    'PUT with If-Match',
    (id) => ({
      method: 'PUT',
      url: `Observation/${id}`,
      body: observation(id, 'ann'),
      headers: { 'if-match': 'W/"1"' },
    }),
  ],
  [
    'PUT with If-None-Match',
    (id) => ({
      method: 'PUT',
      url: `Observation/${id}`,
      body: observation(id, 'ann'),
      headers: { 'if-none-match': '*' },
    }),
  ],
  ['JSON Patch', (id) => ({ method: 'PATCH', url: `Observation/${id}`, body: TO_AMENDED, headers: JSON_PATCH })],
  [
    'JSON Patch with a test',
    (id) => ({ method: 'PATCH', url: `Observation/${id}`, body: PROVEN, headers: JSON_PATCH }),
  ],
  [
    'JSON Patch with If-Match',
    (id) => ({
      method: 'PATCH',
      url: `Observation/${id}`,
      body: TO_AMENDED,
      headers: { ...JSON_PATCH, 'if-match': 'W/"1"' },
    }),
  ],
  ['DELETE', (id) => ({ method: 'DELETE', url: `Observation/${id}` })],
  ['DELETE with If-Match', (id) => ({ method: 'DELETE', url: `Observation/${id}`, headers: { 'if-match': '*' } })],
  ['DELETE by _id', (id) => ({ method: 'DELETE', url: `Observation?_id=${id}` })],
  ['PATCH by _id', (id) => ({ method: 'PATCH', url: `Observation?_id=${id}`, body: TO_AMENDED, headers: JSON_PATCH })],
  ['PUT by _id', (id) => ({ method: 'PUT', url: `Observation?_id=${id}`, body: observation('', 'ann') })],
  ['PUT by _id, naming it', (id) => ({ method: 'PUT', url: `Observation?_id=${id}`, body: observation(id, 'ann') })],
  [
    'POST with If-None-Exist',
    (id) => ({
      method: 'POST',
      url: 'Observation',
      body: observation('', 'ann'),
      headers: { 'if-none-exist': `_id=${id}` },
    }),
  ],
  ['$meta-add', (id) => ({ method: 'POST', url: `Observation/${id}/$meta-add`, body: META })],
  ['$meta-delete', (id) => ({ method: 'POST', url: `Observation/${id}/$meta-delete`, body: META })],
  ...(['transaction', 'batch'] as const).flatMap((type): (readonly [string, (id: string) => Question])[] => {
    const inside = (make: (id: string) => object) => (id: string) =>
      ({ method: 'POST', url: '', body: bundle(type, make(id)) }) as const;
    return [
      [`PUT in a ${type}`, inside((id) => entry('PUT', `Observation/${id}`, observation(id, 'ann')))],
      [
        `PUT with ifMatch in a ${type}`,
        inside((id) => entry('PUT', `Observation/${id}`, observation(id, 'ann'), { ifMatch: 'W/"1"' })),
      ],
      [`PATCH in a ${type}`, inside((id) => entry('PATCH', `Observation/${id}`, binary(TO_AMENDED)))],
      [`DELETE in a ${type}`, inside((id) => entry('DELETE', `Observation/${id}`))],
      [`DELETE by _id in a ${type}`, inside((id) => entry('DELETE', `Observation?_id=${id}`))],
      [`PUT by _id in a ${type}`, inside((id) => entry('PUT', `Observation?_id=${id}`, observation(id, 'ann')))],
      [`PATCH by _id in a ${type}`, inside((id) => entry('PATCH', `Observation?_id=${id}`, binary(TO_AMENDED)))],
      [
        `POST with ifNoneExist in a ${type}`,
        inside((id) => entry('POST', 'Observation', observation('', 'ann'), { ifNoneExist: `_id=${id}` })),
      ],
    ];
  }),
];

describe.each(WAYS)('%s', (_way, question) => {
  test.each(['of-bob', 'was-bob'])('to %s, which one may not see, is as to what never existed', async (id) => {
    const before = await textOf(`Observation/${id}`);
    const somebody = writer({ may: { all: ANN } });
    const absent = id.replace('bob', 'nil');
    const [there, nowhere] = [await as(somebody, question(id)), await as(somebody, question(absent))];
    expect(anonymous(there, id)).toEqual(anonymous(nowhere, absent));
    expect(await textOf(`Observation/${id}`)).toBe(before);
  });

  test('needs permission for what one sees', async () => {
    const before = await textOf('Observation/of-ann');
    const { status, text } = await as(writer({ may: READS }), question('of-ann'));
    const answered = status === 200 ? (/"status":"(\d+)/.exec(text)?.[1] ?? '200') : String(status);
    expect(answered).toBe('403');
    expect(await textOf('Observation/of-ann')).toBe(before);
  });
});

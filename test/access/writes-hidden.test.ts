import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { accessByCriteria, EVERYTHING } from './criteria-access.ts';

/** Whoever writes a resource of which they do not see everything neither loses nor learns what they do not see. */
let open: TestEngine;
let clerk: Access;

const as = (access: Access, question: Question): Promise<Reply> => ask(open.engine, access, question);

const SECRETS = {
  identifier: [{ system: 'urn:mrn', value: 'SECRET-1' }],
  birthDate: '1990-12-10',
  _birthDate: { extension: [{ url: 'http://example.org/time', valueDecimal: 1.5 }] },
  multipleBirthInteger: 2,
};
const CONTACTS = [
  { name: { family: 'Mother' }, telecom: [{ value: 'SECRET-2' }] },
  { telecom: [{ value: 'SECRET-3' }] },
  { name: { family: 'Father' }, gender: 'male' },
];
const SEEN = [{ name: { family: 'Mother' } }, { name: { family: 'Father' }, gender: 'male' }];
const NARRATIVE = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">SECRET-4</div>' };

const stored = (id: string, more: object = {}): object => ({
  resourceType: 'Patient',
  id,
  text: NARRATIVE,
  ...SECRETS,
  active: true,
  contact: CONTACTS,
  ...more,
});

async function store(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const { status, text } = await as(EVERYTHING, { method: 'PUT', url: `${resourceType}/${id}`, body: resource });
  if (status >= 300) throw new Error(text);
}

interface Found {
  readonly meta: { readonly versionId: string; readonly security?: readonly object[] };
  readonly [element: string]: unknown;
}

async function resourceAt(url: string, access = EVERYTHING): Promise<Found> {
  return JSON.parse((await as(access, { method: 'GET', url })).text) as Found;
}

const patchOf = (id: string, body: object): Question => ({
  method: 'PATCH',
  url: `Patient/${id}`,
  body,
  headers: { 'content-type': 'application/json-patch+json' },
});
const put = (body: Found | object): Question => ({
  method: 'PUT',
  url: `Patient/${(body as { id: string }).id}`,
  body,
});

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  const hidden = ['Patient.identifier', 'Patient.birthDate', 'Patient.multipleBirth', 'Patient.contact.telecom'];
  clerk = accessByCriteria(open.engine, { types: { Patient: '*', List: '*' }, hidden });
});
afterAll(() => open.close());

test('a PUT keeps what its sender does not see', async () => {
  await store(stored('kept'));
  const seen = await resourceAt('Patient/kept', clerk);
  expect(JSON.stringify(seen)).not.toContain('SECRET');
  expect(seen).toMatchObject({ contact: SEEN });
  const answer = await as(clerk, put({ ...seen, active: false }));
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('SECRET');
  const { meta, ...whole } = await resourceAt('Patient/kept');
  expect(whole).toEqual({ ...stored('kept'), active: false });
  expect(meta).toEqual({ versionId: '2', lastUpdated: expect.any(String) });
});

test('a PUT of what was read makes no new version', async () => {
  await store(stored('same', { meta: { security: [{ code: 'REDACTED' }] } }));
  const { status } = await as(clerk, put(await resourceAt('Patient/same', clerk)));
  expect(status).toBe(200);
  expect((await resourceAt('Patient/same')).meta).toMatchObject({ versionId: '1', security: [{ code: 'REDACTED' }] });
});

test('digits of hidden decimals stay', async () => {
  const access = accessByCriteria(open.engine, {
    types: { Invoice: '*' },
    hidden: ['Invoice.lineItem.priceComponent.factor'],
  });
  const component = '{"type":"base","factor":1.500}';
  const invoice = `{"resourceType":"Invoice","id":"digits","status":"draft","lineItem":[{"chargeItemCodeableConcept":{"text":"x"},"priceComponent":[${component}]}]}`;
  const db = open.engine.dbOf(1);
  await store(JSON.parse(invoice) as object);
  await db.query({ text: `update resource set body = replace(body, '1.5', '1.500') where id = 'digits'`, values: [] });
  const seen = await resourceAt('Invoice/digits', access);
  const question: Question = { method: 'PUT', url: 'Invoice/digits', body: { ...seen, status: 'issued' } };
  expect((await as(access, question)).status).toBe(200);
  expect((await as(EVERYTHING, { method: 'GET', url: 'Invoice/digits' })).text).toContain('"factor":1.500');
});

describe('items with a hidden part', () => {
  test.each([
    ['can be added', [...SEEN, { name: { family: 'Aunt' } }], ['Mother', undefined, 'Father', 'Aunt']],
    ['can be removed', SEEN.slice(1), [undefined, 'Father']],
    ['can all be removed', undefined, [undefined]],
    ['can change their order', [...SEEN].reverse(), ['Father', 'Mother', undefined]],
  ])('%s', async (_what, contact, families) => {
    await store(stored('items'));
    const seen = await resourceAt('Patient/items', clerk);
    expect((await as(clerk, put({ ...seen, contact }))).status).toBe(200);
    const found = (await resourceAt('Patient/items')).contact as readonly (typeof CONTACTS)[number][];
    expect(found.map(({ name }) => name?.family)).toEqual(families);
    const phones = found.map(({ name, telecom }) => [name?.family, telecom?.[0]?.value]);
    const known: readonly (string | undefined)[] = families;
    expect(phones.filter(([, phone]) => phone !== undefined)).toEqual(
      [
        ['Mother', 'SECRET-2'],
        [undefined, 'SECRET-3'],
      ].filter(([family]) => known.includes(family)),
    );
  });

  test.each(['with one', 'without'])('cannot be changed, %s', async (which) => {
    const items = which === 'without' ? SEEN : CONTACTS;
    await store(stored('changed', { contact: items }));
    const seen = await resourceAt('Patient/changed', clerk);
    const answer = await as(clerk, put({ ...seen, contact: [{ name: { family: 'Stepmother' } }, SEEN[1]] }));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('not change one');
  });
});

test('writing to a hidden element is refused, whatever it holds', async () => {
  await store(stored('guarded'));
  await store({ resourceType: 'Patient', id: 'empty', active: true });
  const attempts = ['guarded', 'empty'].flatMap((id) => [
    put({ resourceType: 'Patient', id, active: true, identifier: SECRETS.identifier }),
    put({ resourceType: 'Patient', id, active: true, birthDate: SECRETS.birthDate }),
    put({ resourceType: 'Patient', id, active: true, birthDate: '2001-01-01' }),
    put({ resourceType: 'Patient', id, active: true, multipleBirthBoolean: true }),
    put({ resourceType: 'Patient', id, active: true, contact: [{ telecom: [{ value: 'x' }] }] }),
    patchOf(id, [{ op: 'add', path: '/birthDate', value: '1990-12-10' }]),
    patchOf(id, [{ op: 'add', path: '/identifier', value: [{ value: 'x' }] }]),
  ]);
  for (const attempt of attempts) {
    const { status, text } = await as(clerk, attempt);
    expect([status, text]).toEqual([403, expect.stringContaining('hidden from you')]);
  }
  expect((await resourceAt('Patient/guarded')).meta.versionId).toBe('1');
});

test('a patch cannot tell what is hidden', async () => {
  await store(stored('asked'));
  await store(stored('twin', { identifier: [{ system: 'urn:mrn', value: 'OTHER' }], birthDate: '2000-01-01' }));
  await store({ resourceType: 'Patient', id: 'bare', text: NARRATIVE, active: true, contact: SEEN });
  const add = { op: 'replace', path: '/active', value: true };
  const fhirPath = (path: string): object => ({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'delete' },
          { name: 'path', valueString: path },
        ],
      },
    ],
  });
  const attempts: readonly ((id: string) => Question)[] = [
    ...['SECRET-1', 'OTHER'].map(
      (value) => (id: string) => patchOf(id, [{ op: 'test', path: '/identifier/0/value', value }, add]),
    ),
    (id) => patchOf(id, [{ op: 'test', path: '/identifier', value: SECRETS.identifier }]),
    (id) => patchOf(id, [{ op: 'test', path: '/birthDate', value: SECRETS.birthDate }]),
    (id) => patchOf(id, [{ op: 'test', path: '/text/status', value: 'generated' }]),
    (id) => patchOf(id, [{ op: 'remove', path: '/identifier/0' }]),
    (id) => patchOf(id, [{ op: 'copy', from: '/identifier/0/value', path: '/language' }]),
    (id) => patchOf(id, [{ op: 'move', from: '/birthDate', path: '/deceasedDateTime' }]),
    ...[
      `Patient.identifier.where(value = 'SECRET-1')`,
      'Patient.birthDate',
      `Patient.active.where(%resource.identifier.exists())`,
    ].map((path) => (id: string): Question => ({ method: 'PATCH', url: `Patient/${id}`, body: fhirPath(path) })),
  ];
  for (const attempt of attempts) {
    const answers: unknown[] = [];
    for (const id of ['asked', 'twin', 'bare']) {
      const { status, text } = await as(clerk, attempt(id));
      answers.push([status, text.replaceAll(id, 'it').replace(/[0-9]{4}-[0-9-]{5}T[0-9:.]+Z/g, 'now')]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  }
  for (const id of ['asked', 'twin']) expect((await resourceAt(`Patient/${id}`)).meta.versionId).toBe('1');
});

test('a patch keeps what its sender does not see, also in a transaction', async () => {
  await store(stored('patched'));
  const operations = [{ op: 'replace', path: '/active', value: false }];
  expect((await as(clerk, patchOf('patched', operations))).status).toBe(200);
  const resource = { ...(await resourceAt('Patient/patched', clerk)), gender: 'other' };
  const entry = [{ resource, request: { method: 'PUT', url: 'Patient/patched' } }];
  const body = { resourceType: 'Bundle', type: 'transaction', entry };
  expect((await as(clerk, { method: 'POST', url: '', body })).status).toBe(200);
  expect(await resourceAt('Patient/patched')).toMatchObject({
    ...SECRETS,
    text: NARRATIVE,
    active: false,
    gender: 'other',
  });
});

test('resources with something hidden inside are not written', async () => {
  const inside = (identifier: object): object => ({
    resourceType: 'List',
    id: 'holds',
    status: 'current',
    mode: 'working',
    contained: [{ resourceType: 'Patient', id: 'p', active: true, ...identifier }],
    subject: { reference: '#p' },
  });
  for (const identifier of [{ identifier: SECRETS.identifier }, {}]) {
    await store(inside(identifier));
    const seen = await resourceAt('List/holds', clerk);
    const answer = await as(clerk, { method: 'PUT', url: 'List/holds', body: { ...seen, status: 'retired' } });
    expect(answer.status).toBe(403);
  }
});

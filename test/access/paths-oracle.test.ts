import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { accessByCriteria, EVERYTHING } from './criteria-access.ts';

/** A value that cannot be seen is not found out by asking for it: answers are the same whether or not somebody has it. */
let open: TestEngine;
/** Sees Ann alone. */
let ann: Access;
/** Sees everybody, but not the elements that are listed. */
let clerk: Access;

const HIDDEN = [
  'Patient.identifier',
  'Patient.birthDate',
  'Patient.telecom',
  'Patient.address.city',
  'Patient.generalPractitioner',
  'Observation.note',
];

/** Values that Bob has, and such that nobody has; texts of one length. */
const VALUES = {
  identifier: ['urn:ssn|111', 'urn:ssn|999'],
  family: ['Zirconium', 'Beryllium'],
  birthdate: ['1961-05-04', '1907-08-09'],
  phone: ['0441111111', '0449999999'],
  email: ['bob@clinic.example', 'joe@clinic.example'],
  city: ['Winterthur', 'Bellinzona'],
  gp: ['Practitioner/one', 'Practitioner/two'],
} as const;

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  for (const id of ['one', 'two']) await put({ resourceType: 'Practitioner', id });
  await put({ resourceType: 'Patient', id: 'ann', name: [{ family: 'Ann' }], active: true });
  const [identifier, family, birthDate, phone, email, city, gp] = Object.values(VALUES).map(([value]) => value);
  await put({
    resourceType: 'Patient',
    id: 'bob',
    active: true,
    identifier: [{ system: 'urn:ssn', value: identifier?.split('|')[1] }],
    name: [{ family }],
    birthDate,
    telecom: [
      { system: 'phone', value: phone },
      { system: 'email', value: email },
    ],
    address: [{ city, country: 'CH' }],
    generalPractitioner: [{ reference: gp }],
  });
  for (const id of ['ann', 'bob']) {
    await put({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${id}` },
    });
  }
  // About Ann, and made for Bob: a reference that leads out of what she may see.
  await put({
    resourceType: 'Observation',
    id: 'both',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/ann' },
    focus: [{ reference: 'Patient/bob' }],
  });
  const { engine } = open;
  const own = { Patient: '_id=ann', Observation: 'subject=Patient/ann', Practitioner: '*' };
  ann = accessByCriteria(engine, { types: own });
  clerk = accessByCriteria(engine, {
    types: { Patient: '*', Observation: '*', Practitioner: '*', List: '*' },
    hidden: HIDDEN,
  });
});

afterAll(() => open.close());

async function put(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const reply = await ask(open.engine, EVERYTHING, { method: 'PUT', url: `${resourceType}/${id}`, body: resource });
  if (reply.status >= 300) throw new Error(reply.text);
}

interface Probe {
  /** With `VALUE` where the value stands. */
  readonly url: string;
  readonly method?: Question['method'];
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** The answer, in which the value is blotted out where it was quoted, and cursors, which differ each time. */
async function answer(access: Access, probe: Probe, value: string): Promise<Reply> {
  const fill = (text: string): string => text.replaceAll('VALUE', value);
  const { url, method = 'GET', body, headers } = probe;
  const reply = await ask(open.engine, access, {
    method,
    url: fill(url),
    ...(body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify(body))) as object }),
    ...(headers === undefined
      ? {}
      : { headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text)])) }),
  });
  const written = [value, encodeURIComponent(value), value.split('|').at(-1) ?? value];
  return { ...reply, text: written.reduce((text, each) => text.replaceAll(each, 'VALUE'), reply.text) };
}

async function expectSame(access: Access, probe: Probe, [taken, free]: readonly [string, string]): Promise<Reply> {
  const first = await answer(access, probe, taken);
  expect(first).toEqual(await answer(access, probe, free));
  expect(first.status).toBeLessThan(500);
  return first;
}

/** Every way to search by a value of a Patient's parameter. */
function searchesBy(code: string): readonly Probe[] {
  return [
    `Patient?${code}=VALUE`,
    `Patient?${code}=VALUE&_summary=count`,
    `Patient?${code}=VALUE&_total=accurate`,
    `Patient?${code}=VALUE&_total=estimate`,
    `Patient?${code}=VALUE&_sort=${code}`,
    `Patient?${code}=VALUE&_include=Patient:general-practitioner`,
    `Patient?_filter=${code} eq "VALUE"`.replaceAll(' ', '%20'),
    `Patient/bob/Patient?${code}=VALUE`,
    `Observation?subject:Patient.${code}=VALUE`,
    `Observation?focus:Patient.${code}=VALUE`,
    `Observation?focus:Patient.${code}=VALUE&_summary=count`,
    `Patient?_has:Observation:focus:subject:Patient.${code}=VALUE`,
    `Practitioner?_has:Patient:general-practitioner:${code}=VALUE`,
    `Practitioner?_has:Patient:general-practitioner:_has:Observation:focus:subject:Patient.${code}=VALUE`,
    `Observation?subject:Patient.${code}=VALUE&_revinclude=Provenance:target`,
  ].map((url) => ({ url }));
}

const CODES: readonly (readonly [code: string, values: readonly [string, string]])[] = [
  ['identifier', VALUES.identifier],
  ['birthdate', VALUES.birthdate],
  ['phone', VALUES.phone],
  ['email', VALUES.email],
  ['telecom', VALUES.phone],
  ['address-city', VALUES.city],
  ['address', VALUES.city],
  ['general-practitioner', VALUES.gp],
];

const EVERY_CODE = [...CODES, ['family', VALUES.family], ['name', VALUES.family]] as typeof CODES;

describe('values of somebody else', () => {
  test.each(EVERY_CODE)('%s', async (code, values) => {
    for (const probe of searchesBy(code)) await expectSame(ann, probe, values);
  });

  test.each([
    'Patient?family:exact=VALUE',
    'Patient?family:contains=VALUE',
    'Patient?family:not=VALUE',
    'Patient?_content=VALUE',
    'Patient?_text=VALUE',
    'Observation?focus:Patient.family:contains=VALUE',
  ])('%s', (url) => expectSame(ann, { url }, VALUES.family));

  const create = { resourceType: 'Patient', active: true };

  test.each<Probe>([
    { method: 'POST', url: 'Patient', body: create, headers: { 'if-none-exist': 'identifier=VALUE' } },
    { method: 'PUT', url: 'Patient?identifier=VALUE', body: create },
    { method: 'DELETE', url: 'Patient?identifier=VALUE' },
    {
      method: 'POST',
      url: '',
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            resource: {
              resourceType: 'Observation',
              status: 'final',
              code: { text: 'x' },
              subject: { reference: 'Patient?identifier=VALUE' },
            },
            request: { method: 'POST', url: 'Observation' },
          },
        ],
      },
    },
  ])('$method $url', async (probe) => {
    const reader = accessByCriteria(open.engine, { types: { Patient: '_id=ann', Observation: '_id=nothing' } });
    await expectSame(reader, probe, VALUES.identifier);
  });

  test('her own resources come in the same order whatever others have', async () => {
    for (const sort of ['focus', '-focus', '_lastUpdated', '-_id']) {
      const { text } = await ask(open.engine, ann, { method: 'GET', url: `Observation?_sort=${sort}&_elements=id` });
      expect(text).not.toContain('"bob"');
    }
  });
});

describe('hidden elements', () => {
  test.each(CODES)('%s is refused, whatever its value', async (code, values) => {
    for (const probe of searchesBy(code)) {
      const { status } = await expectSame(clerk, probe, values);
      expect([probe.url, status]).toEqual([probe.url, 403]);
    }
    for (const url of [`Patient?_sort=${code}`, `Patient?_sort=-${code}`, `Patient?${code}:missing=true`]) {
      expect((await ask(open.engine, clerk, { method: 'GET', url })).status).toBe(403);
    }
  });

  test.each(['Patient?_content=VALUE', 'Patient?_text=VALUE', 'Observation?_content=VALUE', '?_content=VALUE'])(
    '%s is refused',
    async (url) => {
      expect((await expectSame(clerk, { url }, VALUES.family)).status).toBe(403);
    },
  );

  test.each(['Patient?_include=Patient:general-practitioner', 'Practitioner?_revinclude=Patient:general-practitioner'])(
    '%s is refused',
    async (url) => {
      expect((await ask(open.engine, clerk, { method: 'GET', url })).status).toBe(403);
    },
  );

  const test1 = (path: string, value: unknown): object => [{ op: 'test', path, value }];

  test.each<[Probe, readonly [string, string]]>([
    [{ url: 'Patient/bob', body: test1('/birthDate', 'VALUE') }, VALUES.birthdate],
    [{ url: 'Patient/bob', body: test1('/identifier/0/value', 'VALUE') }, ['111', '999']],
    [{ url: 'Patient/bob', body: test1('/identifier', [{ system: 'urn:ssn', value: 'VALUE' }]) }, ['111', '999']],
    [{ url: 'Patient/bob', body: [{ op: 'copy', from: '/VALUE', path: '/name' }] }, ['birthDate', 'contact00']],
  ])('PATCH %j', async (probe, values) => {
    const headers = { 'content-type': 'application/json-patch+json' };
    await expectSame(clerk, { method: 'PATCH', ...probe, headers }, values);
  });

  test('what is seen is searched and sorted as ever', async () => {
    for (const url of ['Patient?family=Zirconium', 'Patient?_sort=family', 'Patient?address-country=CH']) {
      const { status, text } = await ask(open.engine, clerk, { method: 'GET', url });
      expect([url, status]).toEqual([url, 200]);
      expect(text).toContain('"bob"');
    }
  });
});

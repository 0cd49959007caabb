import { SERVER } from '../../server/access/principal.ts';
import { eraseAuditDetails } from '../../server/audit/erase-details.ts';
import { whoDetailOf } from '../../server/audit/who.ts';
import { eraseOperation, type Eraser } from '../../server/fhir/operations/erase.ts';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';
import type { Db } from '../../server/storage/db.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, openRaw } from './protected-server.ts';

/** A name is no evidence: what is about others who have it stays as it is, and so do texts in which it is a word. */
let server: FhirServer;
let raw: Db;

const eraseAudit: Eraser = async (tx, { tenant, id, words, by }) => ({
  details: await eraseAuditDetails(tx, {
    tenant,
    patient: `Patient/${id}`,
    words: words.all,
    who: whoDetailOf(by),
    now: Date.now(),
  }),
});

const MRN = 'https://clinic.example/mrn';
const ANNA = {
  name: [{ family: 'Org', given: ['Anna', 'Maria'] }],
  birthDate: '1980-04-05',
  identifier: [{ system: MRN, value: '77110' }],
};
const OF_ANNA = { reference: 'Patient/anna', display: 'Anna Org' };
const OF_BO = { reference: 'Patient/bo', display: 'Bo Org' };
const OF_NAMESAKE = { reference: 'Patient/namesake', display: 'Anna Org' };
const CODE = { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Weight Org' }], text: 'Weight' };

function documentOf(id: string, patient: object): object {
  const entry = [{ fullUrl: 'urn:uuid:3fdc72f4-a11d-4a9d-9260-a9f745779e1d', resource: patient }];
  return { resourceType: 'Bundle', id, type: 'collection', entry };
}

/** By path; each is stored, and stored again with `language`, so that there is something in history. */
const OF_OTHERS: Readonly<Record<string, object>> = {
  'Patient/namesake': { name: [{ family: 'Org', given: ['Anna'] }], birthDate: '1999-12-31' },
  'Observation/namesake': {
    status: 'final',
    code: CODE,
    subject: OF_NAMESAKE,
    note: [{ text: 'Anna Org feels well' }],
    valueQuantity: { value: 77110, unit: 'g' },
  },
  'Practitioner/org': { name: [{ family: 'Org' }], identifier: [{ system: 'http://other.example', value: '77110' }] },
  'Bundle/namesake': documentOf('namesake', {
    resourceType: 'Patient',
    name: [{ family: 'Org', given: ['Anna'] }],
    birthDate: '1999-12-31',
  }),
};
/** What they are without her. */
const SHARED: Readonly<Record<string, readonly [object, object]>> = {
  'Patient/bo': [
    { name: [{ family: 'Org', given: ['Bo'] }], link: [{ other: OF_ANNA, type: 'seealso' }] },
    { name: [{ family: 'Org', given: ['Bo'] }] },
  ],
  'Observation/bo': [
    { status: 'final', code: CODE, subject: OF_BO, performer: [OF_ANNA], note: [{ text: 'Anna Org weighed' }] },
    { status: 'final', code: CODE, subject: OF_BO, note: [{ text: '[erased] weighed' }] },
  ],
};
const HERS: Readonly<Record<string, object>> = {
  'Bundle/by-identifier': documentOf('by-identifier', {
    resourceType: 'Patient',
    identifier: [{ system: MRN, value: '77110' }],
  }),
  'Bundle/by-birth': documentOf('by-birth', {
    resourceType: 'Patient',
    name: [{ family: 'ORG', given: ['Anna'] }],
    birthDate: '1980-04-05',
  }),
  'Bundle/by-reference': documentOf('by-reference', { resourceType: 'Basic', code: CODE, subject: OF_ANNA }),
};

type Versions = readonly { readonly resource?: Readonly<Record<string, unknown>> }[];
const before = new Map<string, Versions>();

async function store(path: string, body: object): Promise<void> {
  const [resourceType = '', id] = path.split('/');
  for (const language of ['de', 'en']) {
    const { status, text } = await server.send('PUT', path, { resourceType, id, language, ...body });
    expect([path, status, status < 300 ? '' : text]).toEqual([path, language === 'de' ? 201 : 200, '']);
  }
}

async function history(path: string): Promise<Versions> {
  const { body } = await server.send('GET', `${path}/_history`);
  return (body as { readonly entry: Versions }).entry;
}

/** Without id, type, language and meta. */
function content({ resource = {} }: Versions[number]): object {
  const { id: _id, resourceType: _type, language: _language, meta: _meta, ...rest } = resource;
  return rest;
}

async function details(): Promise<readonly string[]> {
  const rows = await raw.query<{ detail: string | null }>({
    text: `select detail from audit_event where interaction like 'search%' order by recorded, place`,
    values: [],
  });
  return rows.map(({ detail }) => String(detail === null ? null : (JSON.parse(detail) as { query: string }).query));
}

beforeAll(async () => {
  server = await openFhirServer({
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
    isAudited: true,
    authenticate: () => ({ ...SERVER, tenant: 1, secondFactor: Date.now() }),
    validation: 'structure',
    operations: ({ protection }) => {
      if (protection === undefined) throw new Error('not protected');
      const { signer, pseudonym } = protection;
      const keysChecked = (): Promise<void> => protection.checkedEverywhere();
      return [eraseOperation({ signer, pseudonym, erasers: [eraseAudit], keysChecked, retentionYears: 0 })];
    },
  });
  raw = openRaw(server);
  await store('Patient/anna', ANNA);
  for (const [path, body] of Object.entries(OF_OTHERS)) await store(path, body);
  for (const [path, [body]] of Object.entries(SHARED)) await store(path, body);
  for (const [path, body] of Object.entries(HERS)) await store(path, body);
  for (const path of Object.keys(OF_OTHERS)) before.set(path, await history(path));
  for (const query of [
    'name=org',
    '_profile=http://hl7.org/x',
    'name=borg',
    'name=berg,Org',
    'given=Anna%20Org',
    '_lastUpdated=ge77110-01',
    'name=77110',
  ]) {
    await server.send('GET', `Practitioner?${query}`);
  }
  const parameter = [
    { name: 'confirm', valueString: 'anna' },
    { name: 'basis', valueString: 'objection' },
  ];
  expect((await server.send('POST', 'Patient/anna/$erase', { resourceType: 'Parameters', parameter })).status).toBe(
    200,
  );
}, 60_000);
afterAll(async () => {
  await raw.close();
  await server.close();
});

test.each(Object.keys(OF_OTHERS))('%s is what it was, in all versions', async (path) => {
  expect(await history(path)).toEqual(before.get(path));
});

test.each(Object.entries(SHARED))('%s stays without her, in all versions', async (path, [, left]) => {
  const versions = await history(path);
  expect(versions).toHaveLength(3);
  expect(versions.map(content)).toEqual([left, left, left]);
});

test.each(Object.keys(HERS))('%s is hers', async (path) => {
  expect((await server.send('GET', path)).status).toBe(404);
});

test('of what was searched for only what may be her name or number is erased', async () => {
  const searched = (await details()).slice(-7);
  expect(searched).toEqual([
    'null',
    '_profile=http://hl7.org/x',
    'name=borg',
    'null',
    'null',
    '_lastUpdated=ge77110-01',
    'null',
  ]);
});

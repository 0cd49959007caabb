import type { Access } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { ask, type Question, type Reply } from './ask.ts';
import { accessByCriteria, EVERYTHING } from './criteria-access.ts';

let open: TestEngine;
let clerk: Access;
let ann: Access;

const SECRET = 'zirconium';
const CONTENT = Buffer.from(`content of ${SECRET}`).toString('base64');
const REDACTED = expect.objectContaining({ code: 'REDACTED' }) as unknown;

beforeAll(async () => {
  open = await openTestEngine({ validation: 'structure' });
  await put({
    resourceType: 'Patient',
    id: 'ann',
    text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${SECRET}</div>` },
    identifier: [{ system: 'urn:ssn', value: SECRET }],
    name: [{ family: 'Ann', given: ['A'] }],
    _birthDate: { extension: [{ url: 'urn:x', valueString: SECRET }] },
    birthDate: '2001-02-03',
    contact: [{ name: { family: SECRET }, gender: 'female' }, { name: { family: SECRET } }],
    multipleBirthInteger: 2,
  });
  // The same without any of what is hidden.
  await put({ resourceType: 'Patient', id: 'bare', name: [{ family: 'Bare' }], contact: [{ gender: 'male' }] });
  await put({
    resourceType: 'Observation',
    id: 'holder',
    status: 'final',
    code: { text: 'x' },
    valueQuantity: { value: 1.5 },
    contained: [{ resourceType: 'Patient', id: 'in', identifier: [{ value: SECRET }], name: [{ family: 'In' }] }],
    subject: { reference: 'Patient/ann' },
  });
  await put({
    resourceType: 'Bundle',
    id: 'box',
    type: 'collection',
    entry: [{ resource: { resourceType: 'Patient', id: 'ann', identifier: [{ value: SECRET }] } }],
  });
  const binary = { resourceType: 'Binary', contentType: 'text/plain', data: CONTENT };
  const context = (reference: string): object => ({ securityContext: { reference } });
  await put({ ...binary, id: 'of-ann', ...context('Patient/ann') });
  await put({ ...binary, id: 'of-bare', ...context('Patient/bare') });
  await put({ ...binary, id: 'of-gone', ...context('http://elsewhere.example/Patient/ann') });
  await put({ ...binary, id: 'of-all' });
  clerk = accessByCriteria(open.engine, {
    types: { Patient: '*', Observation: '*', Bundle: '*', Binary: '' },
    hidden: ['Patient.identifier', 'Patient.birthDate', 'Patient.contact.name', 'Patient.multipleBirth[x]'],
  });
  ann = accessByCriteria(open.engine, { types: { Patient: '_id=ann' } });
});

afterAll(() => open.close());

async function put(resource: object): Promise<void> {
  const { resourceType, id } = resource as { resourceType: string; id: string };
  const { status, text } = await ask(open.engine, EVERYTHING, {
    method: 'PUT',
    url: `${resourceType}/${id}`,
    body: resource,
  });
  if (status >= 300) throw new Error(text);
}

function get(access: Access, url: string, headers: Question['headers'] = {}): Promise<Reply> {
  return ask(open.engine, access, { method: 'GET', url, headers });
}

describe('hidden elements', () => {
  test('are left out with the narrative, at every depth and whatever their type', async () => {
    const { text, headers } = await get(clerk, 'Patient/ann');
    expect(headers.ETag).toBe('W/"1"');
    expect(JSON.parse(text)).toEqual({
      resourceType: 'Patient',
      id: 'ann',
      meta: expect.objectContaining({ versionId: '1', security: [REDACTED] }) as unknown,
      name: [{ family: 'Ann', given: ['A'] }],
      contact: [{ gender: 'female' }],
    });
  });

  test('leave the same mark where there were none', async () => {
    expect(JSON.parse((await get(clerk, 'Patient/bare')).text)).toMatchObject({ meta: { security: [REDACTED] } });
  });

  test('are left out of resources that others hold, whose decimals stay as they are', async () => {
    const { text } = await get(clerk, 'Observation/holder');
    expect(text).toContain('"valueQuantity":{"value":1.5}');
    expect(JSON.parse(text)).toMatchObject({
      meta: { security: [REDACTED] },
      contained: [{ resourceType: 'Patient', id: 'in', name: [{ family: 'In' }] }],
    });
  });

  test.each([
    'Patient/ann',
    'Patient/ann/_history/1',
    'Patient/ann/_history',
    'Patient/_history',
    '_history',
    'Patient',
    'Patient?_elements=identifier,birthDate',
    'Patient?_summary=true',
    'Patient?_summary=text',
    'Patient/ann?_summary=text',
    'Patient/ann?_elements=identifier',
    'Observation?_include=Observation:subject',
    'Patient?_revinclude=Observation:subject',
    'Observation/holder',
    'Bundle/box',
    'Bundle',
    '?_type=Patient,Observation,Bundle',
    'Patient/ann/$everything',
    'Patient/ann/Observation',
    'Patient/ann/$fhirpath?expression=Patient',
    'Patient/ann/$fhirpath?expression=identifier',
    'Patient/ann/$meta',
    'Patient/ann/$validate',
  ])('%s tells nothing of them', async (url) => {
    const { status, text } = await get(clerk, url);
    expect(status).toBe(200);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('2001-02-03');
    expect((await get(EVERYTHING, url)).status).toBe(200);
  });
});

describe('Binary', () => {
  const raw = { accept: 'text/plain' };

  test.each([
    ['of-ann', 200],
    ['of-bare', 404],
    ['of-gone', 404],
    ['of-all', 404],
    ['never', 404],
  ])('%s is accessible as the resource in its securityContext: %d', async (id, status) => {
    for (const path of [`Binary/${id}`, `Binary/${id}/_history/1`, `Binary/${id}/_history`]) {
      for (const headers of [{}, raw]) {
        const reply = await get(ann, path, headers);
        expect([path, reply.status]).toEqual([path, status]);
        if (status !== 200) expect(reply.text).not.toContain(CONTENT);
      }
    }
  });

  test.each(['Binary', 'Binary?_id=of-ann', 'Binary/_history', '?_type=Binary', '_history'])(
    '%s never finds one with a securityContext',
    async (url) => {
      const { text } = await get(clerk, url);
      expect(text).not.toMatch(/Binary\/of-(ann|bare|gone)"/);
      expect(text.includes('Binary/of-all')).toBe(!url.includes('_id'));
    },
  );

  test('the deletion of one is told as the resource in its securityContext is accessible', async () => {
    for (const id of ['of-ann', 'of-bare']) {
      expect((await ask(open.engine, EVERYTHING, { method: 'DELETE', url: `Binary/${id}` })).status).toBe(204);
    }
    expect((await get(ann, 'Binary/of-ann')).status).toBe(410);
    expect((await get(ann, 'Binary/of-bare')).status).toBe(404);
    expect((await get(ann, 'Binary/of-ann/_history/1')).status).toBe(200);
  });
});

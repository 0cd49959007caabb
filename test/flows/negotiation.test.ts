import { openFhirServer, type FhirServer } from './fhir-server.ts';

const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';
const SUBSETTED = expect.objectContaining({ code: 'SUBSETTED' }) as object;

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
  const patient = { resourceType: 'Patient', id: 'one', active: true, name: [{ family: 'F', given: ['G'] }] };
  await server.send('PUT', 'Patient/one', patient);
});

afterAll(() => server.close());

test.each([
  ['', JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['application/fhir+json; fhirVersion=4.0', JSON_TYPE],
  ['application/xml', XML_TYPE],
  ['text/xml', XML_TYPE],
  ['application/fhir+json;q=0.4, application/fhir+xml;q=0.5', XML_TYPE],
  ['application/fhir+xml;q=0, */*', JSON_TYPE],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', XML_TYPE],
])('Accept: %s is answered by %s', async (accept, type) => {
  const headers = accept === '' ? {} : { Accept: accept };
  for (const path of ['Patient/one', 'Patient', 'Patient/one/_history', 'metadata', 'Patient/nobody', 'Nothing']) {
    expect((await server.get(path, headers)).headers.get('content-type')).toBe(type);
  }
});

test.each(['text/html', 'text/turtle', 'application/fhir+json; fhirVersion=5.0', 'application/fhir+json;q=0'])(
  'Accept: %s is 406',
  async (accept) => {
    const { status, body } = await server.get('Patient/one', { Accept: accept });
    expect([status, body.issue?.[0]?.expression]).toEqual([406, ['http.Accept']]);
  },
);

test.each([
  ['xml', XML_TYPE],
  ['text/xml', XML_TYPE],
  ['application/fhir+xml', XML_TYPE],
  ['application/fhir%2Bxml', XML_TYPE],
  ['json', JSON_TYPE],
])('_format=%s overrides Accept', async (format, type) => {
  const Accept = type === XML_TYPE ? 'application/fhir+json' : 'application/fhir+xml';
  for (const path of ['Patient/one?', 'Patient?name=f&', 'Patient?nmae=f&', 'Nothing?']) {
    expect((await server.get(`${path}_format=${format}`, { Accept })).headers.get('content-type')).toBe(type);
  }
});

test('_pretty indents JSON and XML', async () => {
  expect((await server.get('Patient/one?_pretty=true')).text).toMatch(/^\{\n {2}"resourceType"/);
  expect((await server.get('Patient/one?_pretty=true&_format=xml')).text).toContain('\n  <active value="true"/>\n');
});

test.each(['Patient/one?', 'Patient?_id=one&', 'Patient/one/_history?'])(
  '%s takes _elements and _summary',
  async (path) => {
    for (const [parameter, kept] of [
      ['_elements=name.given', { name: [{ given: ['G'] }] }],
      ['_elements=Patient.active', { active: true }],
      ['_summary=text', {}],
    ] as const) {
      const { body } = await server.get(path + parameter);
      const resource = body.entry?.[0]?.resource ?? body;
      const { resourceType, id, meta, ...rest } = resource;
      expect([resourceType, id, meta?.tag, rest]).toEqual(['Patient', 'one', [SUBSETTED], kept]);
    }
  },
);

test('If-None-Match: * creates only', async () => {
  const patient = { resourceType: 'Patient', id: 'fresh' };
  const put = (): Promise<{ readonly status: number }> =>
    server.send('PUT', 'Patient/fresh', patient, { 'If-None-Match': '*' });
  expect((await put()).status).toBe(201);
  expect((await put()).status).toBe(412);
});

test('405 tells what the path takes', async () => {
  const { status, headers } = await server.send('OPTIONS', 'metadata');
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

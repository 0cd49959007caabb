import { openFhirServer, type FhirServer } from './fhir-server.ts';

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
  const patient =
    '{"resourceType":"Patient","id":"one","active":true,"name":[{"family":"Röntgen","given":["Wilhelm"]}],"text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">x</div>"}}';
  await server.send('PUT', 'Patient/one', JSON.parse(patient) as object);
  await server.send('PUT', 'Patient/gone', { resourceType: 'Patient', id: 'gone', active: true });
  await server.send('PUT', 'Patient/gone', { resourceType: 'Patient', id: 'gone', active: false });
  await server.send('DELETE', 'Patient/gone');
});

afterAll(() => server.close());

test('read answers the resource with its version and time', async () => {
  const { status, headers, body } = await server.get('Patient/one');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(headers.get('etag')).toBe('W/"1"');
  expect(body).toMatchObject({ resourceType: 'Patient', id: 'one', active: true, meta: { versionId: '1' } });
  expect(Math.floor(Date.parse(body.meta?.lastUpdated ?? '') / 1000) * 1000).toBe(
    Date.parse(headers.get('last-modified') ?? ''),
  );
});

test('decimals keep their digits', async () => {
  const observation =
    '{"resourceType":"Observation","id":"exact","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.500}}';
  const url = `${server.base}/Observation/exact`;
  await fetch(url, { method: 'PUT', body: observation, headers: { 'Content-Type': 'application/fhir+json' } });
  expect((await server.get('Observation/exact')).text).toContain('"value":1.500}');
});

test('HEAD answers the headers of GET alone', async () => {
  const response = await fetch(`${server.base}/Patient/one`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(response.headers.get('etag')).toBe('W/"1"');
  expect(await response.text()).toBe('');
});

test.each([
  ['If-None-Match with the version', { 'If-None-Match': 'W/"1"' }, 304],
  ['If-None-Match *', { 'If-None-Match': '*' }, 304],
  ['If-None-Match with several versions', { 'If-None-Match': 'W/"7", W/"1"' }, 304],
  ['If-None-Match with an ETag of another server', { 'If-None-Match': '"abc"' }, 200],
  ['If-None-Match with another version', { 'If-None-Match': 'W/"7"' }, 200],
  ['If-Modified-Since later', { 'If-Modified-Since': new Date(Date.now() + 60_000).toUTCString() }, 304],
  ['If-Modified-Since earlier', { 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' }, 200],
  ['If-Modified-Since that is no date', { 'If-Modified-Since': 'yesterday' }, 200],
  [
    'both, where only If-None-Match counts',
    { 'If-None-Match': 'W/"7"', 'If-Modified-Since': new Date(Date.now() + 60_000).toUTCString() },
    200,
  ],
])('%s', async (_what, headers, wanted) => {
  const { status, text, headers: answered } = await server.get('Patient/one', headers);
  expect(status).toBe(wanted);
  expect(answered.get('etag')).toBe('W/"1"');
  expect(text === '').toBe(wanted === 304);
});

test('If-Modified-Since with the time that the server gave', async () => {
  const { headers } = await server.get('Patient/one');
  const again = await server.get('Patient/one', { 'If-Modified-Since': headers.get('last-modified') ?? '' });
  expect(again.status).toBe(304);
});

test.each([
  ['Patient/nobody', 404, 'not-found'],
  ['Patient/gone', 410, 'deleted'],
  ['Patient/one/_history/2', 404, 'not-found'],
  ['Patient/one/_history/0', 404, 'not-found'],
  ['Patient/one/_history/x', 404, 'not-found'],
  ['Patient/gone/_history/3', 410, 'deleted'],
  ['Patient/nobody/_history/1', 404, 'not-found'],
  ['Patient/no_underscores', 400, 'value'],
  ['patient/one', 404, 'not-found'],
  ['Patient/one?unknown=1', 400, 'not-supported'],
  ['Patient/one?_summary=some', 400, 'value'],
  ['Patient/one?_summary=count', 400, 'value'],
  ['Patient/one?_elements=nme', 400, 'value'],
])('GET %s is %i %s', async (path, status, code) => {
  const answer = await server.get(path);
  expect(answer.status).toBe(status);
  expect(answer.body.resourceType).toBe('OperationOutcome');
  expect(answer.body.issue?.[0]?.code).toBe(code);
});

test('410 carries the version that is the deletion', async () => {
  expect((await server.get('Patient/gone')).headers.get('etag')).toBe('W/"3"');
});

test('vread answers each version, also of what was deleted', async () => {
  const first = await server.get('Patient/gone/_history/1');
  const second = await server.get('Patient/gone/_history/2');
  expect([first.status, second.status]).toEqual([200, 200]);
  expect([first.body.active, second.body.active]).toEqual([true, false]);
  expect([first.headers.get('etag'), second.headers.get('etag')]).toEqual(['W/"1"', 'W/"2"']);
});

test('_elements and _summary cut and mark', async () => {
  const { body } = await server.get('Patient/one?_elements=active');
  expect(Object.keys(body).sort()).toEqual(['active', 'id', 'meta', 'resourceType']);
  expect(body.meta?.tag).toEqual([expect.objectContaining({ code: 'SUBSETTED' })]);
  expect((await server.get('Patient/one?_summary=text')).body.name).toBeUndefined();
  expect((await server.get('Patient/one?_summary=data')).body.text).toBeUndefined();
});

test('a Binary is served as what it holds, or as a resource to who asks for one', async () => {
  const bytes = Buffer.from([0, 1, 2, 255]);
  const created = await fetch(`${server.base}/Binary`, {
    method: 'POST',
    body: bytes,
    headers: { 'Content-Type': 'image/png' },
  });
  const { pathname } = new URL(created.headers.get('location') ?? '');
  const path = pathname.replace('/fhir/R4/', '').replace(/\/_history.*/, '');
  const raw = await fetch(`${server.base}/${path}`, { headers: { Accept: 'image/png' } });
  expect(raw.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await raw.arrayBuffer())).toEqual(bytes);
  const { body } = await server.get(path, { Accept: 'application/fhir+json' });
  expect(body).toMatchObject({ resourceType: 'Binary', contentType: 'image/png', data: bytes.toString('base64') });
});

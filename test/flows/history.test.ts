import { linkOf, openFhirServer, pagesFrom, type Entry, type FhirServer } from './fhir-server.ts';

let server: FhirServer;
/** lastUpdated of the versions of Patient/p. */
const times: string[] = [];

beforeAll(async () => {
  server = await openFhirServer();
  for (const family of ['A', 'B', 'C']) {
    const { body } = await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family }] });
    times.push(body.meta?.lastUpdated ?? '');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await server.send('POST', 'Organization', { resourceType: 'Organization', name: 'O' });
  await server.send('DELETE', 'Patient/p');
  await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family: 'D' }] });
});

afterAll(() => server.close());

const etags = (entries: readonly Entry[] = []): string[] =>
  entries.map(({ response }) => response?.etag.replace(/\D/g, '') ?? '');

test('the history of a resource, newest first, with its deletion', async () => {
  const { status, body } = await server.get('Patient/p/_history');
  expect(status).toBe(200);
  expect(body).toMatchObject({ resourceType: 'Bundle', type: 'history' });
  expect(etags(body.entry)).toEqual(['5', '4', '3', '2', '1']);
  expect(body.entry?.map(({ request }) => request?.method)).toEqual(['PUT', 'DELETE', 'PUT', 'PUT', 'PUT']);
  expect(body.entry?.map(({ resource }) => resource?.meta?.versionId)).toEqual(['5', undefined, '3', '2', '1']);
  const ok = ['200 OK', '200 OK', '201 Created'];
  expect(body.entry?.map(({ response }) => response?.status)).toEqual(['201 Created', '204 No Content', ...ok]);
  expect(linkOf(body, 'self')).toBe(`${server.base}/Patient/p/_history`);
});

test.each([1, 2, 3, 4, 5, 6])('pages of %i hold every version once', async (count) => {
  const pages = await pagesFrom(server, `Patient/p/_history?_count=${count}`);
  expect(pages.map((page) => page.entry?.length)).toEqual(
    Array.from({ length: Math.ceil(5 / count) }, (_, page) => Math.min(count, 5 - page * count)),
  );
  expect(pages.flatMap((page) => etags(page.entry))).toEqual(['5', '4', '3', '2', '1']);
});

test('history of a type and of the system', async () => {
  const ofType = await server.get('Organization/_history');
  expect(ofType.body.entry).toMatchObject([
    { resource: { resourceType: 'Organization' }, request: { method: 'POST', url: 'Organization' } },
  ]);
  const ofSystem = await server.get('_history');
  expect(ofSystem.body.entry?.map(({ request }) => request?.url)).toEqual([
    'Patient/p',
    'Patient/p',
    'Organization',
    'Patient/p',
    'Patient/p',
    'Patient/p',
  ]);
  const pages = await pagesFrom(server, '_history?_count=4');
  expect(pages.flatMap((page) => page.entry)).toEqual(ofSystem.body.entry);
});

test('pages stay what they were while others write', async () => {
  const before = await server.get('Patient/_history?_count=100');
  const first = await server.get('Patient/_history?_count=2');
  for (const family of ['E', 'F']) {
    await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family }] });
  }
  const rest = await pagesFrom(server, linkOf(first.body, 'next') ?? '');
  expect([first.body, ...rest].flatMap((page) => page.entry)).toEqual(before.body.entry);
});

test('links keep the format', async () => {
  const { text } = await server.get('Patient/p/_history?_count=1&_format=xml');
  expect(text).toMatch(/<relation value="next"\/><url value="[^"]*_count=1&amp;_format=xml&amp;_cursor=/);
});

test('_since leaves out what is older', async () => {
  const { body } = await server.get(`Patient/p/_history?_since=${times[1]}&_count=100`);
  expect(etags(body.entry).at(-1)).toBe('2');
});

test('_at shows what was current then', async () => {
  const [, second = '', third = ''] = times;
  const between = new Date((Date.parse(second) + Date.parse(third)) / 2).toISOString();
  expect(etags((await server.get(`Patient/p/_history?_at=${between}`)).body.entry)).toEqual(['2']);
  expect(etags((await server.get(`Patient/_history?_at=${between}`)).body.entry)).toEqual(['2']);
  expect((await server.get('Patient/_history?_at=2001')).body.entry).toBeUndefined();
  const thisYear = await server.get(`Patient/p/_history?_at=${second.slice(0, 4)}`);
  expect(etags(thisYear.body.entry).slice(-4)).toEqual(['4', '3', '2', '1']);
});

test('_elements cuts every entry', async () => {
  const { body } = await server.get('Patient/p/_history?_elements=active');
  for (const { resource } of body.entry ?? []) expect(resource?.name).toBeUndefined();
});

test.each([
  ['Patient/nobody/_history', 404],
  ['Patient/p/_history?_count=0', 400],
  ['Patient/p/_history?_count=x', 400],
  ['Patient/p/_history?_since=yesterday', 400],
  ['Patient/p/_history?_at=2024-02-30', 400],
  ['Patient/p/_history?_cursor=abc', 400],
  ['Patient/p/_history?name=x', 400],
])('GET %s is %i', async (path, status) => {
  const answer = await server.get(path);
  expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
});

test('a cursor of another history is refused', async () => {
  const { body } = await server.get('Patient/p/_history?_count=1');
  const next = linkOf(body, 'next') ?? '';
  expect((await server.get(next.replace('Patient/p/_history', 'Patient/_history'))).status).toBe(400);
});

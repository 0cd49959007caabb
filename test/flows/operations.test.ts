import { idsOf, linkOf, openFhirServer, pagesFrom, type Body, type FhirServer, type Stored } from './fhir-server.ts';

let server: FhirServer;

const put = (resource: Stored): Promise<unknown> =>
  server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);

const observation = (id: string, patient: string, date?: string): Stored => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: id },
  subject: { reference: `Patient/${patient}` },
  performer: [{ reference: 'Practitioner/house' }],
  ...(date === undefined ? {} : { effectiveDateTime: date }),
});

beforeAll(async () => {
  server = await openFhirServer();
  await put({ resourceType: 'Practitioner', id: 'house' });
  await put({ resourceType: 'Practitioner', id: 'stranger' });
  await put({ resourceType: 'Organization', id: 'clinic', name: 'Clinic' });
  for (const id of ['ann', 'bob']) {
    await put({ resourceType: 'Patient', id, managingOrganization: { reference: 'Organization/clinic' } });
  }
  await put({
    resourceType: 'Encounter',
    id: 'visit',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/ann' },
    period: { start: '2020-01-01', end: '2020-03-01' },
  });
  await put({ ...observation('o2019', 'ann', '2019-05-05') });
  await put({ ...observation('o2020', 'ann', '2020-02-02'), encounter: { reference: 'Encounter/visit' } });
  await put(observation('undated', 'ann'));
  await put(observation('bobs', 'bob', '2020-02-02'));
});

afterAll(() => server.close());

const entriesOf = (pages: readonly Body[]): string[] => pages.flatMap((page) => idsOf(page));

describe('$everything', () => {
  const ALL = [
    'Patient/ann',
    'Encounter/visit',
    'Observation/o2019',
    'Observation/o2020',
    'Observation/undated',
    'Practitioner/house',
    'Organization/clinic',
  ];

  test('the patient, its compartment, and what those refer to', async () => {
    const { status, body } = await server.get('Patient/ann/$everything');
    expect(status).toBe(200);
    expect([body.type, body.total]).toEqual(['searchset', 5]);
    expect(idsOf(body, 'match')).toEqual(ALL.slice(0, 5));
    expect(idsOf(body, 'include')).toEqual(ALL.slice(5));
  });

  test.each([1, 2, 3, 5, 7, 100])('pages of %i hold everything once', async (count) => {
    const pages = await pagesFrom(server, `Patient/ann/$everything?_count=${count}`);
    expect(entriesOf(pages)).toEqual(ALL);
    expect(pages).toHaveLength(Math.ceil(ALL.length / count));
  });

  test.each([
    ['start=2020-02-15', ['Patient/ann', 'Encounter/visit', 'Observation/undated']],
    ['end=2019-12-31', ['Patient/ann', 'Observation/o2019', 'Observation/undated']],
    ['start=2020-02-02&end=2020-02-02', ['Patient/ann', 'Encounter/visit', 'Observation/o2020', 'Observation/undated']],
    ['_type=Observation,Practitioner', ['Observation/o2019', 'Observation/o2020', 'Observation/undated']],
    ['_type=Practitioner', []],
  ])('%s', async (query, wanted) => {
    expect(idsOf((await server.get(`Patient/ann/$everything?${query}`)).body, 'match')).toEqual(wanted);
  });

  test('_type keeps what is referred to', async () => {
    const { body } = await server.get('Patient/ann/$everything?_type=Practitioner');
    expect(idsOf(body)).toEqual(['Practitioner/house']);
  });

  test('_since leaves out what did not change', async () => {
    const { body } = await server.get('Patient/bob/$everything');
    const last = body.entry?.find(({ resource }) => resource?.id === 'bobs')?.resource?.meta?.lastUpdated ?? '';
    expect(idsOf((await server.get(`Patient/bob/$everything?_since=${last}`)).body)).toEqual(['Observation/bobs']);
    expect(idsOf((await server.get('Patient/bob/$everything?_since=2999')).body)).toEqual([]);
  });

  test('parameters may come in a body', async () => {
    const body = { resourceType: 'Parameters', parameter: [{ name: '_type', valueCode: 'Encounter' }] };
    const answer = await server.send('POST', 'Patient/ann/$everything', body);
    expect(idsOf(answer.body)).toEqual(['Encounter/visit']);
    expect(linkOf(answer.body, 'self')).toBe(`${server.base}/Patient/ann/$everything?_type=Encounter`);
  });

  test('of an encounter, with its patient', async () => {
    const { body } = await server.get('Encounter/visit/$everything');
    expect(idsOf(body, 'match')).toEqual(['Encounter/visit', 'Observation/o2020']);
    expect(idsOf(body, 'include').sort()).toEqual(['Patient/ann', 'Practitioner/house']);
  });

  test.each([
    ['Patient/nobody/$everything', 404],
    ['Patient/ann/$everything?start=soon', 400],
    ['Patient/ann/$everything?_type=Zebra', 400],
    ['Patient/ann/$everything?name=x', 400],
    ['Patient/ann/$everything?_cursor=x', 400],
    ['Patient/ann/$everything?_count=-1', 400],
    ['Practitioner/house/$everything', 404],
    ['Patient/$everything', 404],
  ])('GET %s is %i', async (path, status) => {
    const answer = await server.get(path);
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
  });
});

describe('$meta', () => {
  const tag = { system: 'urn:tags', code: 'vip' };
  const given = (meta: object): object => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'meta', valueMeta: meta }],
  });
  const metaOf = (body: Body): object | undefined => body.parameter?.[0]?.valueMeta;

  test('$meta-add makes a new version with the tag, and once only', async () => {
    const added = await server.send('POST', 'Practitioner/stranger/$meta-add', given({ tag: [tag] }));
    expect([added.status, added.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(metaOf(added.body)).toMatchObject({ versionId: '2', tag: [tag] });
    const again = await server.send('POST', 'Practitioner/stranger/$meta-add', given({ tag: [tag] }));
    expect(again.headers.get('etag')).toBe('W/"2"');
    expect((await server.get('Practitioner/stranger')).body.meta?.tag).toEqual([tag]);
  });

  test('$meta tells what a resource, a type and the system use', async () => {
    await server.send(
      'POST',
      'Organization/clinic/$meta-add',
      given({ profile: ['urn:p'], tag: [{ ...tag, code: 'big' }] }),
    );
    expect(metaOf((await server.get('Practitioner/stranger/$meta')).body)).toMatchObject({
      versionId: '2',
      tag: [tag],
    });
    expect(metaOf((await server.get('Practitioner/$meta')).body)).toEqual({ tag: [tag] });
    expect(metaOf((await server.get('Patient/$meta')).body)).toEqual({});
    const all = metaOf((await server.get('$meta')).body) as { tag: { code: string }[]; profile: string[] };
    expect(all.tag.map(({ code }) => code).sort()).toEqual(['big', 'vip']);
    expect(all.profile).toEqual(['urn:p']);
  });

  test('$meta-delete takes it away', async () => {
    const removed = await server.send('POST', 'Practitioner/stranger/$meta-delete', given({ tag: [tag] }));
    expect(removed.headers.get('etag')).toBe('W/"3"');
    expect((await server.get('Practitioner/stranger')).body.meta?.tag).toBeUndefined();
  });

  test.each([
    ['POST', 'Practitioner/stranger/$meta-add', {}, 400],
    ['POST', 'Practitioner/stranger/$meta-add', { resourceType: 'Parameters' }, 400],
    ['POST', 'Practitioner/nobody/$meta-add', given({ tag: [tag] }), 404],
    ['GET', 'Practitioner/stranger/$meta-add', undefined, 405],
    ['GET', 'Practitioner/$meta-add', undefined, 404],
    ['GET', 'Practitioner/nobody/$meta', undefined, 404],
  ] as const)('%s %s is an error', async (method, path, body, status) => {
    const answer = await server.send(method, path, body);
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
  });

  test('an unknown operation names those that exist', async () => {
    const { status, body } = await server.get('Patient/ann/$evrything');
    expect(status).toBe(404);
    expect(body.issue?.[0]?.details.text).toContain('$everything');
  });
});

describe('$expunge', () => {
  const flags = (...names: readonly string[]): object => ({
    resourceType: 'Parameters',
    parameter: names.map((name) => ({ name, valueBoolean: true })),
  });
  const counts = (body: Body): (number | undefined)[] => (body.parameter ?? []).map(({ valueInteger }) => valueInteger);
  const twice = async (id: string): Promise<void> => {
    await put({ resourceType: 'Basic', id, code: { text: '1' } });
    await put({ resourceType: 'Basic', id, code: { text: '2' } });
  };

  test('old versions of a resource', async () => {
    await twice('a');
    const { body } = await server.send('POST', 'Basic/a/$expunge', flags('expungePreviousVersions'));
    expect(counts(body)).toEqual([0, 1]);
    expect((await server.get('Basic/a/_history')).body.entry).toHaveLength(1);
    expect((await server.get('Basic/a/_history/1')).status).toBe(404);
    expect((await server.get('Basic/a')).headers.get('etag')).toBe('W/"2"');
  });

  test('a live resource stays when only deleted ones go', async () => {
    const { body } = await server.send('POST', 'Basic/a/$expunge', flags('expungeDeletedResources'));
    expect(counts(body)).toEqual([0, 0]);
    expect((await server.get('Basic/a')).status).toBe(200);
  });

  test('everything of a resource, index rows included; then its versions start again', async () => {
    const { body } = await server.send('POST', 'Basic/a/$expunge', flags('expungeEverything'));
    expect(counts(body)).toEqual([1, 2]);
    expect((await server.get('Basic/a')).status).toBe(404);
    expect((await server.get('Basic/a/_history')).status).toBe(404);
    expect((await server.get('Basic?_id=a')).body.entry).toBeUndefined();
    const created = await server.send('PUT', 'Basic/a', { resourceType: 'Basic', id: 'a', code: { text: '3' } });
    expect([created.status, created.headers.get('etag')]).toEqual([201, 'W/"1"']);
  });

  test('deleted resources of a type', async () => {
    for (const id of ['b', 'c']) {
      await twice(id);
      await server.send('DELETE', `Basic/${id}`);
    }
    const { body } = await server.send('POST', 'Basic/$expunge', flags('expungeDeletedResources'));
    expect(counts(body)).toEqual([2, 6]);
    expect((await server.get('Basic/b')).status).toBe(404);
    expect((await server.get('Basic/a')).status).toBe(200);
  });

  test('what others refer to stays', async () => {
    const answer = await server.send('POST', 'Practitioner/house/$expunge', flags('expungeEverything'));
    expect(answer.status).toBe(409);
    expect((await server.get('Practitioner/house')).status).toBe(200);
  });

  test.each([
    [{ resourceType: 'Parameters' }, 400],
    [{ resourceType: 'Parameters', parameter: [{ name: 'expungeEverything', valueString: 'yes' }] }, 400],
    [{ resourceType: 'Parameters', parameter: [{ name: 'everything', valueBoolean: true }] }, 400],
    [{ resourceType: 'Patient' }, 400],
  ])('%j is refused', async (body, status) => {
    expect((await server.send('POST', 'Basic/a/$expunge', body)).status).toBe(status);
    expect((await server.get('Basic/a')).status).toBe(200);
  });
});

import { randomUUID } from 'node:crypto';
import { idsOf, linkOf, openFhirServer, pagesFrom, type FhirServer, type Stored } from './fhir-server.ts';

let server: FhirServer;

const put = (resource: Stored): Promise<unknown> =>
  server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);

const post = (path: string, form: string): ReturnType<FhirServer['send']> =>
  server.send('POST', path, form, { 'Content-Type': 'application/x-www-form-urlencoded' });

beforeAll(async () => {
  server = await openFhirServer({ maxIncludes: 4 });
  await put({ resourceType: 'Organization', id: 'top', name: 'Top' });
  await put({ resourceType: 'Organization', id: 'mid', name: 'Mid', partOf: { reference: 'Organization/top' } });
  await put({ resourceType: 'Organization', id: 'low', name: 'Low', partOf: { reference: 'Organization/mid' } });
  for (const [id, family] of [
    ['a', 'Ärmel'],
    ['b', 'Becker'],
    ['c', 'Cäsar'],
    ['d', 'Dorn'],
    ['e', 'Ebert'],
  ] as const) {
    await put({
      resourceType: 'Patient',
      id,
      name: [{ family }],
      gender: id < 'd' ? 'female' : 'male',
      managingOrganization: { reference: 'Organization/low' },
    });
  }
  for (let day = 1; day <= 9; day += 1) {
    await put({
      resourceType: 'Observation',
      id: `o${day}`,
      status: 'final',
      code: { coding: [{ system: 'urn:codes', code: day % 2 === 0 ? 'even' : 'odd' }] },
      subject: { reference: `Patient/${day < 6 ? 'a' : 'b'}` },
      effectiveDateTime: `2024-01-0${day}`,
      valueQuantity: { value: day },
    });
  }
});

afterAll(() => server.close());

describe('a page', () => {
  test('holds matches with their full URL, newest first, and the parameters that were understood', async () => {
    const { status, body } = await server.get('Observation?code=urn:codes|even&subject=Patient/a');
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: 2 });
    expect(body.entry?.map(({ fullUrl, search }) => [fullUrl, search?.mode])).toEqual([
      [`${server.base}/Observation/o4`, 'match'],
      [`${server.base}/Observation/o2`, 'match'],
    ]);
    expect(linkOf(body, 'self')).toBe(`${server.base}/Observation?code=urn:codes|even&subject=Patient/a`);
    expect(linkOf(body, 'next')).toBeUndefined();
  });

  test('without matches', async () => {
    const { status, body } = await server.get('Observation?code=nothing');
    expect([status, body.total, body.entry]).toEqual([200, 0, undefined]);
  });

  test.each(['GET', 'HEAD'])('%s of a type without parameters', async (method) => {
    const response = await fetch(`${server.base}/Patient`, { method });
    expect(response.status).toBe(200);
  });

  test('_elements and _summary cut what is found', async () => {
    const cut = await server.get('Patient?_elements=gender');
    for (const { resource } of cut.body.entry ?? []) {
      expect(resource?.name).toBeUndefined();
      expect(resource?.gender).toBeDefined();
      expect(resource?.meta?.tag).toEqual([expect.objectContaining({ code: 'SUBSETTED' })]);
    }
    const summary = await server.get('Observation?_summary=true&_count=1');
    expect(summary.body.entry?.[0]?.resource?.meta?.tag).toBeDefined();
  });

  test.each([
    ['Patient?_count=0', 5],
    ['Patient?_summary=count', 5],
    ['Patient?_summary=count&gender=male', 2],
    ['Patient?_count=0&gender=unknown', 0],
  ])('%s gives the total alone', async (path, total) => {
    const { body } = await server.get(path);
    expect([body.total, body.entry]).toEqual([total, undefined]);
    expect(linkOf(body, 'next')).toBeUndefined();
  });

  test('_total', async () => {
    expect((await server.get('Observation?_count=2')).body.total).toBeUndefined();
    expect((await server.get('Observation?_count=2&_total=none')).body.total).toBeUndefined();
    expect((await server.get('Observation?_count=2&_total=accurate')).body.total).toBe(9);
    expect((await server.get('Observation?_count=2&_total=estimate')).body.total).toBeGreaterThan(0);
  });
});

describe('pages', () => {
  const NEWEST = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((day) => `Observation/o${day}`);

  test.each([
    ['Observation?', NEWEST],
    ['Observation?_sort=date&', [...NEWEST].reverse()],
    ['Observation?_sort=-date&', NEWEST],
    [
      'Observation?_sort=code,-date&',
      [...NEWEST.filter((_, i) => i % 2 === 1), ...NEWEST.filter((_, i) => i % 2 === 0)],
    ],
    ['Observation?_sort=-value-quantity&', NEWEST],
    ['Observation?_sort=_id&', [...NEWEST].reverse()],
    ['Observation?_sort=-_lastUpdated&', NEWEST],
    ['Observation?_sort=_lastUpdated&', [...NEWEST].reverse()],
    ['Observation?subject=Patient/a&', NEWEST.slice(4)],
    ['Patient?_sort=family&', ['a', 'b', 'c', 'd', 'e'].map((id) => `Patient/${id}`)],
    ['Patient?_sort=-gender,-family&', ['e', 'd', 'c', 'b', 'a'].map((id) => `Patient/${id}`)],
  ])('of %s hold every match once, in order', async (path, wanted) => {
    for (const count of [1, 2, 4, 20]) {
      const pages = await pagesFrom(server, `${path}_count=${count}`);
      expect(pages.flatMap((page) => idsOf(page))).toEqual(wanted);
      expect(pages).toHaveLength(Math.ceil(wanted.length / count));
    }
  });

  test('a later page names itself and the first one', async () => {
    const first = await server.get('Observation?_count=2');
    const next = linkOf(first.body, 'next') ?? '';
    const second = await server.get(next);
    expect(linkOf(second.body, 'self')).toBe(next);
    expect(linkOf(second.body, 'first')).toBe(`${server.base}/Observation?_count=2`);
  });

  test('a cursor that was changed, or of another search, is a 400', async () => {
    const { body } = await server.get('Observation?_count=2');
    const next = linkOf(body, 'next') ?? '';
    for (const url of [
      next.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')).replace('_cursor=', '_cursor=A'),
      next.replace('_count=2', '_count=2&code=urn:codes|odd'),
      next.replace('/Observation?', '/Patient?'),
    ]) {
      const answer = await server.get(url);
      expect([answer.status, answer.body.resourceType]).toEqual([400, 'OperationOutcome']);
    }
  });

  test.each(['Condition?', 'Condition?_sort=-_lastUpdated&', 'Condition?_sort=_lastUpdated&'])(
    'of %s stay complete while others write',
    async (path) => {
      const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => `c${day}`);
      const write = (id: string): Promise<unknown> =>
        put({
          resourceType: 'Condition',
          id,
          subject: { reference: 'Patient/a' },
          recordedDate: `2024-01-0${id.slice(1)}`,
          code: { text: randomUUID() },
        });
      for (const id of ids) await write(id);
      const first = await server.get(`${path}_count=3`);
      for (const id of ['c1', 'c5', 'c9']) await write(id);
      const second = await server.get(linkOf(first.body, 'next') ?? '');
      for (const id of ['c2', 'c4', 'c8']) await write(id);
      const rest = await pagesFrom(server, linkOf(second.body, 'next') ?? '');
      const found = [first.body, second.body, ...rest].flatMap((page) => idsOf(page));
      expect([...found].sort()).toEqual(ids.map((id) => `Condition/${id}`));
    },
  );

  test('in the order of _lastUpdated stay complete under many writers', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `b${index}`);
    const write = (id = ''): Promise<unknown> => put({ resourceType: 'Basic', id, code: { text: randomUUID() } });
    for (const id of ids) await write(id);
    let isOver = false;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let turn = writer; !isOver; turn += 7) await write(ids[turn % ids.length]);
    });
    for (let walk = 0; walk < 4; walk += 1) {
      const pages = await pagesFrom(server, `Basic?_sort=${walk % 2 === 0 ? '' : '-'}_lastUpdated&_count=7`);
      expect(pages.flatMap((page) => idsOf(page)).sort()).toEqual(ids.map((id) => `Basic/${id}`).sort());
    }
    isOver = true;
    await Promise.all(writers);
  });
});

describe('includes', () => {
  test('of matches, once each, marked as include', async () => {
    const { body } = await server.get('Patient?_include=Patient:organization&_sort=_id');
    expect(idsOf(body, 'match')).toHaveLength(5);
    expect(idsOf(body, 'include')).toEqual(['Organization/low']);
  });

  test('iterate', async () => {
    const { body } = await server.get(
      'Patient?_id=a&_include=Patient:organization&_include:iterate=Organization:partof',
    );
    expect(idsOf(body, 'include').sort()).toEqual(['Organization/low', 'Organization/mid', 'Organization/top']);
  });

  test('_revinclude', async () => {
    const { body } = await server.get('Organization?_id=mid&_revinclude=Organization:partof');
    expect(idsOf(body, 'include')).toEqual(['Organization/low']);
  });

  test('what is a match already is not included', async () => {
    const { body } = await server.get('Organization?_include=Organization:partof');
    expect(idsOf(body, 'include')).toEqual([]);
    expect(idsOf(body, 'match')).toHaveLength(3);
  });

  test('more than the server allows: a warning tells', async () => {
    const { body } = await server.get('Organization?_id=low&_revinclude=Patient:organization');
    expect(idsOf(body, 'include')).toHaveLength(4);
    const outcome = body.entry?.find(({ search }) => search?.mode === 'outcome')?.resource;
    expect(outcome?.issue?.[0]).toMatchObject({ severity: 'warning', code: 'incomplete' });
  });
});

describe('ways to search', () => {
  test('POST _search, with parameters in the URL and in the body', async () => {
    const { status, body } = await post('Observation/_search?subject=Patient/b', 'code=urn%3Acodes%7Codd&_count=1');
    expect(status).toBe(200);
    expect(idsOf(body)).toHaveLength(1);
    expect(linkOf(body, 'next')).toContain(`${server.base}/Observation?subject=Patient/b&code=`);
  });

  test('on the system', async () => {
    expect(idsOf((await server.get('?_id=a&_type=Patient,Observation')).body)).toEqual(['Patient/a']);
    expect(idsOf((await server.get('?_id=a')).body)).toEqual(['Patient/a']);
    expect((await post('_search', '_type=Organization&_summary=count')).body.total).toBe(3);
    const pages = await pagesFrom(server, '?_type=Organization,Patient&_count=3&_sort=_id');
    expect(pages.flatMap((page) => idsOf(page))).toEqual([
      ...['a', 'b', 'c', 'd', 'e'].map((id) => `Patient/${id}`),
      ...['low', 'mid', 'top'].map((id) => `Organization/${id}`),
    ]);
    expect(pages).toHaveLength(3);
  });

  test('in a compartment', async () => {
    expect(idsOf((await server.get('Patient/b/Observation?_sort=date')).body)[0]).toMatch(/^Observation\//);
    const all = await pagesFrom(server, 'Patient/b/*?_count=3&_type=Patient,Observation');
    expect(all.flatMap((page) => idsOf(page))).toContain('Patient/b');
    const { body } = await post('Patient/b/Observation/_search', '_count=50');
    expect(linkOf(body, 'self')).toContain('/Patient/b/Observation?_count=50');
  });

  test.each([
    ['Patient/b/Organization', 400],
    ['Organization/low/Patient', 404],
    ['Observation?nonsense=1', 400],
    ['Observation?_sort=nonsense', 400],
    ['Patient?_summary=true&_elements=name', 400],
  ])('GET %s is %i', async (path, status) => {
    const answer = await server.get(path);
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
  });

  test('lenient searches leave out what they do not know, and say so', async () => {
    const { status, body } = await server.get('Observation?nonsense=1&_count=1', { Prefer: 'handling=lenient' });
    expect(status).toBe(200);
    expect(linkOf(body, 'self')).toBe(`${server.base}/Observation?_count=1`);
    const outcomes = body.entry?.filter(({ search }) => search?.mode === 'outcome') ?? [];
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]?.resource?.issue?.[0]).toMatchObject({ severity: 'warning' });
  });

  test('_explain shows tree, SQL and plan instead of matches', async () => {
    const { status, body } = await server.get('Observation?code=urn:codes|odd&_explain=true');
    expect([status, body.resourceType]).toEqual([200, 'Parameters']);
    expect(body.parameter?.map(({ name }) => name)).toEqual(['tree', 'sql', 'values', 'plan']);
  });
});

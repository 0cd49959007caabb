import { linkOf, openFhirServer, pagesFrom, type Body, type FhirServer } from './fhir-server.ts';

let server: FhirServer;

const RX = 'http://www.nlm.nih.gov/research/umls/rxnorm';

beforeAll(async () => {
  // Nothing refers to most of the contained resources here, which full validation would refuse.
  server = await openFhirServer({ validation: 'structure' });
  const entry = [
    { resourceType: 'Patient', id: 'ann', name: [{ family: 'Ann' }], birthDate: '1980-01-01' },
    { resourceType: 'Patient', id: 'bob', name: [{ family: 'Bob' }] },
    medication('alone', 'a'),
    request('one', '2024-01-01', [medication('m', 'a'), medication('n', 'b')]),
    request('two', '2024-02-01', [medication('m', 'a')]),
    request('three', '2024-03-01', [medication('m', 'c', 'inactive')]),
    request('four', '2024-04-01', []),
    {
      resourceType: 'DiagnosticReport',
      id: 'report',
      status: 'final',
      code: { text: 'panel' },
      contained: [
        observation('x', 'hr', '2024-05-01', 'Patient/ann'),
        observation('y', 'bp', '2024-06-01', 'Patient/bob'),
        { resourceType: 'Organization', id: 'lab', name: 'The Lab', meta: { profile: ['http://example.org/Lab'] } },
      ],
    },
    observation('z', 'hr', '2024-05-15', 'Patient/bob'),
  ].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
  const { status, text } = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
});

afterAll(() => server.close());

function medication(id: string, code: string, status = 'active'): { resourceType: string; id: string } {
  return { resourceType: 'Medication', id, status, code: { coding: [{ system: RX, code }] } } as never;
}

function request(id: string, authoredOn: string, contained: readonly object[]): { resourceType: string; id: string } {
  const inner = { ...(contained.length === 0 ? {} : { contained }), medicationCodeableConcept: { text: 'see there' } };
  const fixed = { status: 'active', intent: 'order', subject: { reference: 'Patient/ann' } };
  return { resourceType: 'MedicationRequest', id, authoredOn, ...fixed, ...inner } as never;
}

function observation(id: string, code: string, date: string, subject: string): { resourceType: string; id: string } {
  const codes = { code: { coding: [{ system: 'urn:codes', code }] }, valueQuantity: { value: date.length, unit: 'x' } };
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    effectiveDateTime: date,
    subject: { reference: subject },
    ...codes,
  } as never;
}

function urlsOf(bundle: Body): string[] {
  return (bundle.entry ?? []).map(({ fullUrl }) => fullUrl?.slice(server.base.length + 1) ?? '');
}

async function found(query: string): Promise<string[]> {
  const { status, body, text } = await server.get(query);
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  for (const { search } of body.entry ?? []) expect(search?.mode).toBe('match');
  return urlsOf(body);
}

const ALONE = '&_containedType=contained';

describe('finds', () => {
  test.each([
    ['only what stands alone', `Medication?code=${RX}|a`, ['Medication/alone']],
    ['the same when asked so', `Medication?code=a&_contained=false`, ['Medication/alone']],
    [
      'containers, each once',
      'Medication?_contained=true',
      ['three', 'two', 'one'].map((id) => `MedicationRequest/${id}`),
    ],
    ['containers of a match', `Medication?code=${RX}|b&_contained=true`, ['MedicationRequest/one']],
    [
      'both',
      `Medication?code=a&_contained=both`,
      ['Medication/alone', 'MedicationRequest/two', 'MedicationRequest/one'],
    ],
    [
      'contained resources',
      `Medication?code=a&_contained=true${ALONE}`,
      ['MedicationRequest/two#m', 'MedicationRequest/one#m'],
    ],
    [
      'both, contained as such',
      `Medication?code=a,c&_contained=both${ALONE}&_sort=status,-_id`,
      ['MedicationRequest/one#m', 'MedicationRequest/two#m', 'Medication/alone', 'MedicationRequest/three#m'],
    ],
    ['a system alone', `Medication?code=${RX}|&_contained=true&status=inactive`, ['MedicationRequest/three']],
    ['a system alone, outside', `Medication?code=${RX}|`, ['Medication/alone']],
    ['missing', `Medication?form:missing=false&_contained=true`, []],
    ['not', `Medication?code:not=a&_contained=true${ALONE}`, ['MedicationRequest/three#m', 'MedicationRequest/one#n']],
    ['_id within containers', `Medication?_id=n&_contained=true${ALONE}`, ['MedicationRequest/one#n']],
    ['a chain out', 'Observation?patient.family=ann&_contained=true', ['DiagnosticReport/report']],
    [
      'a chain out, contained',
      `Observation?subject:Patient.name=bob&_contained=both${ALONE}`,
      ['DiagnosticReport/report#y', 'Observation/z'],
    ],
    ['a chain with no end', 'Observation?patient.family=none&_contained=true', []],
    ['a reference', `Observation?patient=ann&_contained=both${ALONE}`, ['DiagnosticReport/report#x']],
    ['one resource for all conditions', 'Observation?code=hr&date=2024-06-01&_contained=true', []],
    ['all conditions in one', 'Observation?code=bp&date=ge2024-05-20&_contained=true', ['DiagnosticReport/report']],
    ['a composite', 'Observation?code-value-quantity=hr$10&_contained=true', ['DiagnosticReport/report']],
    ['a string', `Organization?name=the l&_contained=true${ALONE}`, ['DiagnosticReport/report#lab']],
    ['a uri below', `Organization?_profile:below=http://example.org&_contained=true`, ['DiagnosticReport/report']],
    ['a uri below, outside', 'Organization?_profile:below=http://example.org', []],
    ['words', `Organization?_content=lab&_contained=true${ALONE}`, ['DiagnosticReport/report#lab']],
    [
      'the natural date, oldest first',
      `Observation?_contained=both${ALONE}&_sort=date`,
      ['DiagnosticReport/report#x', 'Observation/z', 'DiagnosticReport/report#y'],
    ],
    [
      'several types',
      `?_type=Observation,Organization&_contained=true${ALONE}&_sort=_id`,
      ['DiagnosticReport/report#lab', 'DiagnosticReport/report#x', 'DiagnosticReport/report#y'],
    ],
    [
      '_lastUpdated',
      `Organization?_lastUpdated=gt2020&_contained=true&_sort=-_lastUpdated`,
      ['DiagnosticReport/report'],
    ],
    ['_list', 'Medication?_list=none&_contained=true', []],
    ['_filter', `Medication?_filter=code eq b&_contained=true${ALONE}`, ['MedicationRequest/one#n']],
  ])('%s: %s', async (_what, query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('a contained resource as it stands in its container', async () => {
    const { body } = await server.get(`Organization?_contained=true${ALONE}`);
    expect(body.entry?.[0]?.resource).toEqual({
      resourceType: 'Organization',
      id: 'lab',
      meta: { profile: ['http://example.org/Lab'] },
      name: 'The Lab',
    });
  });

  test('pages of either kind, in one order, with the total', async () => {
    for (const [query, count] of [
      [`Medication?_contained=both${ALONE}`, 5],
      ['Medication?_contained=both', 4],
      [`Medication?_contained=both${ALONE}&_sort=code`, 5],
      [`Medication?_contained=both&_sort=-code,_id`, 4],
      [`Observation?_contained=both${ALONE}&_sort=-date`, 3],
    ] as const) {
      const whole = await found(query);
      expect(whole).toHaveLength(count);
      const pages = await pagesFrom(server, `${query}&_count=1&_total=accurate`);
      expect(pages.flatMap(urlsOf)).toEqual(whole);
      expect(pages.map(({ total }) => total)).toEqual(Array(count).fill(count));
      expect((await server.get(`${query}&_summary=count`)).body.total).toBe(count);
      expect((await server.get(`${query}&_count=1&_total=estimate`)).body.total).toBe(count);
    }
  });

  test('parts of resources', async () => {
    const { body } = await server.get(`Medication?_contained=true${ALONE}&_elements=status&_count=1`);
    expect(body.entry?.[0]?.resource).toMatchObject({ id: 'm', status: 'inactive' });
    expect(body.entry?.[0]?.resource).not.toHaveProperty('code');
    expect(linkOf(body, 'self')).toContain('_contained=true');
  });
});

test.each([
  ['Medication?_contained=true&_include=Medication:manufacturer', '_include'],
  ['Medication?_contained=both&_revinclude=MedicationRequest:medication', '_include'],
  ['Patient?_contained=both&_has:Observation:patient:code=hr', '_has'],
  ['Patient/ann/Observation?_contained=true', 'compartment'],
])('%s is refused', async (path, named) => {
  const { status, body } = await server.get(path);
  expect([status, body.issue?.[0]?.code]).toEqual([400, 'not-supported']);
  expect(body.issue?.[0]?.details.text).toContain(named);
});

test('criteria of a conditional create do not reach them', async () => {
  const { status } = await server.send('POST', 'Medication', medication('', 'z'), {
    'If-None-Exist': 'code=a&_contained=true',
  });
  expect(status).toBe(400);
});

describe('follows what is written:', () => {
  const search = async (code: string): Promise<string[]> =>
    found(`Medication?code=${code}&_contained=true${ALONE}&_sort=_id`);
  const put = async (contained: readonly object[], authoredOn = '2024-07-01'): Promise<void> => {
    const { status } = await server.send('PUT', 'MedicationRequest/w', request('w', authoredOn, contained));
    expect([200, 201]).toContain(status);
  };
  const rows = async (): Promise<unknown> => {
    const tables = ['resource', 'ix_token', 'ix_ref', 'ix_date', 'ix_quantity', 'ix_string'];
    const counts = tables.map((table) => `(select count(*) from ${table} where pid < 0)`).join(', ');
    const [row] = await server.engine.db.query<{ counts: unknown }>({
      text: `select json_build_array(${counts}) as counts`,
      values: [],
    });
    return row?.counts;
  };

  test('create, update, transaction, patch, delete', async () => {
    const before = await rows();
    await put([medication('m', 'w1'), medication('n', 'w2')]);
    expect([await search('w1'), await search('w2')]).toEqual([['MedicationRequest/w#m'], ['MedicationRequest/w#n']]);

    // Another place, another type, and a moved date of the container.
    await put([observation('o', 'w1', '2024-01-01', 'Patient/ann'), medication('m', 'w3')], '2024-08-01');
    expect([await search('w1'), await search('w2'), await search('w3')]).toEqual([[], [], ['MedicationRequest/w#m']]);
    expect(await found('Observation?code=w1&_contained=true')).toEqual(['MedicationRequest/w']);
    expect((await found('Medication?_contained=true'))[0]).toBe('MedicationRequest/w');

    const entry = ['w', 'v'].map((id) => ({
      resource: request(id, '2024-08-01', [medication('m', `t${id}`), medication('k', 'w4')]),
      request: { method: 'PUT', url: `MedicationRequest/${id}` },
    }));
    const { status } = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(status).toBe(200);
    expect(await search('tw')).toEqual(['MedicationRequest/w#m']);
    expect(await search('w4')).toEqual(['MedicationRequest/v#k', 'MedicationRequest/w#k']);
    expect(await found('Observation?code=w1&_contained=true')).toEqual([]);

    const patch = [{ op: 'remove', path: '/contained/1' }];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    expect((await server.send('PATCH', 'MedicationRequest/v', patch, headers)).status).toBe(200);
    expect(await search('w4')).toEqual(['MedicationRequest/w#k']);

    await put([]);
    expect(await search('tw,w4')).toEqual([]);
    await put([medication('m', 'w1')]);
    expect(await search('w1')).toEqual(['MedicationRequest/w#m']);
    for (const id of ['w', 'v']) expect((await server.send('DELETE', `MedicationRequest/${id}`)).status).toBe(204);
    expect(await search('w1,w2,w3,w4,tw,tv')).toEqual([]);
    expect(await rows()).toEqual(before);

    await put([medication('m', 'w1')]);
    expect(await search('w1')).toEqual(['MedicationRequest/w#m']);
    await server.send('DELETE', 'MedicationRequest/w');
    expect(await rows()).toEqual(before);
  });

  test('versions and histories know nothing of them', async () => {
    const { body } = await server.get('_history?_count=100');
    for (const { fullUrl } of body.entry ?? []) expect(fullUrl).not.toContain('#');
    expect((await server.get('Medication/_history')).body.entry).toHaveLength(1);
    const [row] = await server.engine.db.query({ text: 'select from history where pid < 0 limit 1', values: [] });
    expect(row).toBeUndefined();
  });

  test('without an id', async () => {
    const { id: _none, ...nameless } = medication('', 'nameless');
    await put([nameless]);
    expect(await search('nameless')).toEqual(['MedicationRequest/w#']);
    await put([medication('m', 'named')]);
    await put([nameless]);
    expect(await found('Medication?code=nameless&_contained=true')).toEqual(['MedicationRequest/w']);
    await server.send('DELETE', 'MedicationRequest/w');
  });

  test('a custom parameter covers them', async () => {
    const parameter = {
      resourceType: 'SearchParameter',
      id: 'amount',
      url: 'http://example.org/SearchParameter/amount',
      name: 'amount',
      status: 'active',
      description: 'The lot number.',
      code: 'lot',
      base: ['Medication'],
      type: 'string',
      expression: 'Medication.batch.lotNumber',
    };
    const withLot = { ...medication('m', 'lot'), batch: { lotNumber: 'L1' } };
    await put([withLot]);
    expect((await server.send('PUT', 'SearchParameter/amount', parameter)).status).toBe(201);
    const query = `Medication?lot=L1&_contained=true${ALONE}`;
    for (let status = 0, end = Date.now() + 60_000; status !== 200 && Date.now() < end;) {
      ({ status } = await server.get(query));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await found(query)).toEqual(['MedicationRequest/w#m']);
    expect(await found('Medication?lot=L1')).toEqual([]);
    await put([{ ...withLot, batch: { lotNumber: 'L2' } }]);
    expect([await found(query), await found(query.replace('L1', 'L2'))]).toEqual([[], ['MedicationRequest/w#m']]);
  });
});

import type { Queryable, Statement } from '../../server/storage/db.ts';
import { openFhirServer, type Body, type Entry, type FhirServer } from './fhir-server.ts';

const REPRESENTATION = { Prefer: 'return=representation' };
const uuid = (number: number): string => `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});

afterAll(() => server.close());

interface NewResource {
  readonly resourceType: string;
  readonly [element: string]: unknown;
}

interface Request {
  readonly resource?: object;
  readonly fullUrl?: string;
  readonly request: { readonly method: string; readonly url: string; readonly [name: string]: string };
}

async function run(entry: readonly Request[], headers = REPRESENTATION, type = 'transaction'): Promise<Body> {
  return (await server.send('POST', '', { resourceType: 'Bundle', type, entry }, headers)).body;
}

function statuses({ entry = [] }: Body): string[] {
  return entry.map(({ response }) => response?.status ?? '');
}

function resourceAt({ entry }: Body, index: number): NonNullable<Entry['resource']> {
  const resource = entry?.[index]?.resource;
  if (resource === undefined) throw new Error(`no resource in entry ${index}`);
  return resource;
}

function create(resource: NewResource, fullUrl?: string, ifNoneExist?: string): Request {
  return {
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) },
  };
}

test('links become ids everywhere: references, canonicals, uris, narrative, companions of other strings do not', async () => {
  const link = uuid(1);
  const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${link}">x</a><img src="#i" alt="${link}"/></div>`;
  const answer = await run([
    create({ resourceType: 'Questionnaire', status: 'active' }, link),
    create({
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: `${link}|2`,
      text: { status: 'generated', div },
      basedOn: [{ reference: `${uuid(2)}/_history/1`, display: link }],
      extension: [
        { url: 'http://x/uri', valueUri: link },
        { url: 'http://x/text', valueString: link },
      ],
    }),
    create({ resourceType: 'CarePlan', status: 'active', intent: 'plan', subject: { reference: uuid(3) } }, uuid(2)),
    create({ resourceType: 'Patient' }, uuid(3)),
  ]);
  const target = `Questionnaire/${resourceAt(answer, 0).id}`;
  expect(resourceAt(answer, 1)).toMatchObject({
    questionnaire: `${target}|2`,
    text: { div: div.replace(`href="${link}"`, `href="${target}"`) },
    basedOn: [{ reference: `CarePlan/${resourceAt(answer, 2).id}/_history/1`, display: link }],
    extension: [{ valueUri: target }, { valueString: link }],
  });
});

test('creations may refer to each other in a circle', async () => {
  const answer = await run([
    create({ resourceType: 'Organization', name: 'A', partOf: { reference: uuid(2) } }, uuid(1)),
    create({ resourceType: 'Organization', name: 'B', partOf: { reference: uuid(1) } }, uuid(2)),
  ]);
  const [a, b] = [resourceAt(answer, 0), resourceAt(answer, 1)];
  expect([a.partOf, b.partOf]).toEqual([{ reference: `Organization/${b.id}` }, { reference: `Organization/${a.id}` }]);
});

test('a relative reference means the entry with that URL, of the same base', async () => {
  const subject = { reference: 'Patient/99' };
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject };
  const answer = await run([
    create({ resourceType: 'Patient', id: '99' }, 'http://other.example/fhir/Patient/99'),
    create({ resourceType: 'Patient', id: '999' }, 'http://other.example/fhir/Patient/999'),
    create(observation, 'http://other.example/fhir/Observation/1'),
  ]);
  expect(resourceAt(answer, 2).subject).toEqual({ reference: `Patient/${resourceAt(answer, 0).id}` });
});

test('criteria see what the Bundle creates, also when a link is the beginning of another or percent-encoded', async () => {
  const list = (subject: string): NewResource => ({
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    subject: { reference: subject },
  });
  const answer = await run([
    create({ resourceType: 'Patient' }, 'urn:uuid:a'),
    create({ resourceType: 'Patient' }, 'urn:uuid:ab'),
    create(list('urn:uuid:ab'), 'urn:uuid:l', `subject=${encodeURIComponent('urn:uuid:ab')}&status=current`),
    create(list('urn:uuid:a'), undefined, 'subject=urn:uuid:a'),
  ]);
  expect(statuses(answer)).toEqual(Array(4).fill('201 Created'));
  expect(resourceAt(answer, 2).subject).toEqual({ reference: `Patient/${resourceAt(answer, 1).id}` });
});

test('If-None-Exist, conditional references and updates find one another and what is stored', async () => {
  const identifier = [{ system: 'http://s?x=1', value: 'p1' }];
  const entries = [
    create({ resourceType: 'Patient', identifier }, uuid(1), 'Patient?identifier=http://s?x=1|p1'),
    create({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient?identifier=http://s?x=1|p1' },
      performer: [{ reference: uuid(1) }],
    }),
    {
      resource: { resourceType: 'Device', identifier: [{ system: 'http://d', value: '1' }] },
      request: { method: 'PUT', url: 'Device?identifier=http://d|1' },
    },
  ];
  const first = await run(entries);
  expect(statuses(first)).toEqual(['201 Created', '201 Created', '201 Created']);
  const second = await run(entries);
  expect(statuses(second)).toEqual(['200 OK', '201 Created', '200 OK']);
  const target = { reference: `Patient/${resourceAt(first, 0).id}` };
  expect(resourceAt(second, 1)).toMatchObject({ subject: target, performer: [target] });
});

test('deletions come first, then creations, updates, and reads at last', async () => {
  const identifier = [{ system: 'http://order', value: '1' }];
  await server.send('PUT', 'Patient/order', { resourceType: 'Patient', id: 'order', identifier });
  const answer = await run([
    { request: { method: 'GET', url: 'Patient?identifier=http://order|1' } },
    create({ resourceType: 'Patient', identifier }, uuid(1), 'identifier=http://order|1'),
    { request: { method: 'DELETE', url: 'Patient/order' } },
    { request: { method: 'HEAD', url: 'Patient/order-2' } },
    { resource: { resourceType: 'Patient', id: 'order-2' }, request: { method: 'PUT', url: 'Patient/order-2' } },
  ]);
  expect(statuses(answer)).toEqual(['200 OK', '201 Created', '204 No Content', '200 OK', '201 Created']);
  expect(resourceAt(answer, 0).entry?.map(({ resource }) => resource?.id)).toEqual([resourceAt(answer, 1).id]);
  expect(answer.entry?.[3]?.resource).toBeUndefined();
});

test('conditional deletion takes all matches', async () => {
  for (const id of ['many-1', 'many-2']) {
    await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: 'Many' }] });
  }
  expect(statuses(await run([{ request: { method: 'DELETE', url: 'Patient?family=Many' } }]))).toEqual([
    '204 No Content',
  ]);
  expect((await server.get('Patient?family=Many&_total=accurate')).body.total).toBe(0);
});

test.each(['transaction', 'batch'])(
  'PATCH in a %s: JSON Patch within a Binary, FHIRPath Patch as Parameters',
  async (type) => {
    const id = `patch-${type}`;
    await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, active: true });
    const json = JSON.stringify([{ op: 'replace', path: '/active', value: false }]);
    const binary = {
      resourceType: 'Binary',
      contentType: 'application/json-patch+json',
      data: Buffer.from(json).toString('base64'),
    };
    const byJson = await run(
      [{ resource: binary, request: { method: 'PATCH', url: `Patient/${id}` } }],
      undefined,
      type,
    );
    expect(resourceAt(byJson, 0)).toMatchObject({ active: false, meta: { versionId: '2' } });
    const part = [
      { name: 'type', valueCode: 'delete' },
      { name: 'path', valueString: 'Patient.active' },
    ];
    const parameters = { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] };
    const request = { method: 'PATCH', url: `Patient/${id}`, ifMatch: 'W/"2"' };
    const byPath = await run([{ resource: parameters, request }], undefined, type);
    expect(resourceAt(byPath, 0).active).toBeUndefined();
  },
);

test.each([
  ['If-Match with another version', { ifMatch: 'W/"7"' }, 412],
  ['If-None-Match * where something is', { ifNoneMatch: '*' }, 412],
  ['If-Match with its version', { ifMatch: 'W/"1"' }, 200],
])('%s', async (what, condition, status) => {
  const id = what.replace(/\W/g, '');
  const url = `Patient/${id}`;
  await server.send('PUT', url, { resourceType: 'Patient', id });
  const resource = { resourceType: 'Patient', id, active: true };
  const entry = [
    create({ resourceType: 'Basic', code: { text: id } }),
    { resource, request: { method: 'PUT', url, ...condition } },
  ];
  const answer = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(answer.status).toBe(status);
  expect((await server.get(url)).body.active).toBe(status === 200 ? true : undefined);
  expect((await server.get(`Basic?code:text=${id}&_total=accurate`)).body.total).toBe(status === 200 ? 1 : 0);
});

test('what the answer holds follows Prefer', async () => {
  const entry = [create({ resourceType: 'Patient' })];
  const [minimal] = (await run(entry, { Prefer: 'return=minimal' })).entry ?? [];
  expect(minimal).toEqual({ response: expect.objectContaining({ status: '201 Created', etag: 'W/"1"' }) as object });
  const [outcome] = (await run(entry, { Prefer: 'return=OperationOutcome' })).entry ?? [];
  expect(outcome?.response).toMatchObject({ outcome: { resourceType: 'OperationOutcome' } });
});

test('two entries that find one resource by different ways are refused', async () => {
  const identifier = [{ system: 'http://twice', value: '1' }];
  await server.send('PUT', 'Patient/twice', { resourceType: 'Patient', id: 'twice', identifier });
  const answer = await run([
    {
      resource: { resourceType: 'Patient', id: 'twice', identifier },
      request: { method: 'PUT', url: 'Patient/twice' },
    },
    { request: { method: 'DELETE', url: 'Patient?identifier=http://twice|1' } },
  ]);
  expect(answer.issue?.[0]).toMatchObject({ code: 'duplicate', expression: ['Bundle.entry[1].request.url'] });
  expect((await server.get('Patient/twice')).status).toBe(200);
});

test('the entries of a batch stand alone, malformed ones too', async () => {
  const answer = await run(
    [
      create({ resourceType: 'Patient' }),
      { request: { method: 'PUT', url: 'http://other.example/fhir/Patient/1' } },
      { request: { method: 'BREW', url: 'Patient' } },
      create({ resourceType: 'Patient', nmae: 'x' }),
      { request: { method: 'GET', url: 'Patient/nobody' } },
      { request: { method: 'POST', url: '' }, resource: { resourceType: 'Bundle', type: 'batch' } },
      create({ resourceType: 'Patient' }),
    ],
    undefined,
    'batch',
  );
  const wanted = ['201 Created', '400 Bad Request', '400 Bad Request', '422 Unprocessable Entity'];
  expect(statuses(answer)).toEqual([...wanted, '404 Not Found', '400 Bad Request', '201 Created']);
  expect(answer.entry?.[1]?.response).toMatchObject({
    outcome: { issue: [{ expression: ['Bundle.entry[1].request.url'] }] },
  });
});

test('a transaction of 50 takes at most 12 statements', async () => {
  const counted = await openFhirServer();
  const texts: string[] = [];
  const counting = (inner: Queryable): Queryable => ({
    query: (statement: Statement) => {
      texts.push(statement.text);
      return inner.query(statement);
    },
  });
  const db = counted.engine.dbOf(1);
  const countingDb = {
    ...db,
    ...counting(db),
    transaction: (work: Parameters<typeof db.transaction>[0]) =>
      db.transaction((tx) => {
        texts.push('begin', 'commit');
        return work({ ...tx, ...counting(tx) });
      }),
  };
  Object.assign(counted.engine, { dbOf: () => countingDb });
  const entry = Array.from({ length: 50 }, (_, index): Request => {
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' } };
    const identifier = [{ system: 'http://count', value: String(index) }];
    if (index === 0) return create({ resourceType: 'Patient', identifier }, uuid(0), 'identifier=http://count|0');
    const resource = { ...observation, identifier, subject: { reference: uuid(0) } };
    if (index % 3 === 0) return create(resource);
    if (index % 3 === 1) return create(resource, uuid(index), `identifier=http://count|${index}`);
    return {
      resource: { ...resource, id: `count-${index}` },
      request: { method: 'PUT', url: `Observation/count-${index}` },
    };
  });
  for (const status of ['201 Created', '200 OK']) {
    texts.length = 0;
    const { body } = await counted.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(statuses(body)[0]).toBe(status);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.length).toBeLessThanOrEqual(12);
  }
  await counted.close();
});

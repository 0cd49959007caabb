import { upstreamSystems } from '../../terminology/upstream/upstream-systems.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

const CODES = 'http://clinic.example.org/CodeSystem/rooms';
const ROOMS = 'http://clinic.example.org/ValueSet/rooms';
const MAP = 'http://clinic.example.org/ConceptMap/rooms';

const codeSystem = {
  resourceType: 'CodeSystem',
  id: 'rooms',
  url: CODES,
  version: '1',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [{ code: 'floor', type: 'integer' }],
  concept: [
    {
      code: 'clinical',
      display: 'Clinical room',
      concept: [
        {
          code: 'exam',
          display: 'Examination room',
          designation: [{ language: 'de', value: 'Untersuchungszimmer' }],
          property: [{ code: 'floor', valueInteger: 1 }],
        },
        { code: 'lab', display: 'Laboratory', property: [{ code: 'floor', valueInteger: 2 }] },
      ],
    },
    { code: 'office', display: 'Office' },
  ],
};
const valueSet = {
  resourceType: 'ValueSet',
  id: 'rooms',
  url: ROOMS,
  status: 'active',
  compose: { include: [{ system: CODES, filter: [{ property: 'concept', op: 'is-a', value: 'clinical' }] }] },
};
const conceptMap = {
  resourceType: 'ConceptMap',
  id: 'rooms',
  url: MAP,
  status: 'active',
  group: [
    {
      source: CODES,
      target: 'http://terminology.hl7.org/CodeSystem/location-physical-type',
      element: [{ code: 'exam', target: [{ code: 'ro', display: 'Room', equivalence: 'wider' }] }],
    },
  ],
};

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
  for (const resource of [codeSystem, valueSet, conceptMap]) {
    const { status, text } = await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
    if (status !== 201) throw new Error(text);
  }
});

afterAll(() => server.close());

interface Parameter {
  readonly name: string;
  readonly valueBoolean?: boolean;
  readonly valueString?: string;
  readonly valueCode?: string;
  readonly part?: readonly Parameter[];
}

function parameter(body: Body, name: string): Parameter | undefined {
  return (body.parameter as readonly Parameter[] | undefined)?.find((each) => each.name === name);
}

function codesOf(body: Body): string[] {
  const { contains = [] } = body.expansion as { contains?: { code: string }[] };
  return contains.map(({ code }) => code);
}

/** What makes an answer of ours no valid resource. */
async function errorsOf(body: Body): Promise<string[]> {
  const issues = await server.engine.examine(body as unknown as JsonObject, []);
  return issues.filter(({ severity }) => severity === 'error').map(({ text }) => text);
}

const parameters = (...parameter: object[]): object => ({ resourceType: 'Parameters', parameter });

describe('$expand', () => {
  test.each([
    ['by url', `ValueSet/$expand?url=${encodeURIComponent(ROOMS)}&excludeNested=true`, ['clinical', 'exam', 'lab']],
    ['of a stored one', 'ValueSet/rooms/$expand?excludeNested=true', ['clinical', 'exam', 'lab']],
    ['with typed words', 'ValueSet/rooms/$expand?filter=labor', ['lab']],
    ['as a page', 'ValueSet/rooms/$expand?offset=1&count=1', ['exam']],
  ])('%s', async (_, path, expected) => {
    const { status, body } = await server.get(path);
    expect(status).toBe(200);
    expect(codesOf(body)).toEqual(expected);
    expect(await errorsOf(body)).toEqual([]);
  });

  test('by POST, of a value set in the body, in another language', async () => {
    const resource = {
      resourceType: 'ValueSet',
      status: 'active',
      compose: { include: [{ system: CODES, concept: [{ code: 'exam' }] }] },
    };
    const { body } = await server.send('POST', 'ValueSet/$expand', parameters({ name: 'valueSet', resource }), {
      'Accept-Language': 'de',
    });
    expect(body.expansion).toMatchObject({
      contains: [{ system: CODES, code: 'exam', display: 'Untersuchungszimmer' }],
    });
  });

  test('of countries, in German', async () => {
    const { body } = await server.get(
      'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/iso3166-1-3&displayLanguage=de&filter=%C3%96sterreich',
    );
    expect(body.expansion).toMatchObject({
      contains: [{ system: 'urn:iso:std:iso:3166', code: 'AUT', display: 'Österreich' }],
    });
  });

  test('as XML', async () => {
    const { status, text } = await server.get('ValueSet/rooms/$expand', { Accept: 'application/fhir+xml' });
    expect(status).toBe(200);
    expect(text).toContain('<code value="exam"/>');
  });

  test('of units and languages tells the usual ones, and that they are not all', async () => {
    const { body } = await server.get(
      'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/ucum-units&filter=milligram&count=5',
    );
    expect(codesOf(body)).toContain('mg');
    expect(JSON.stringify(body.expansion)).toContain('valueset-unclosed');
  });

  test.each([
    ['ValueSet/$expand?url=http://clinic.example.org/ValueSet/none', 404],
    ['ValueSet/none/$expand', 404],
    ['ValueSet/$expand', 400],
    ['ValueSet/rooms/$expand?count=many', 400],
    ['ValueSet/rooms/$expand?colour=red', 400],
    ['ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/condition-code', 404],
  ])('%s answers %i with the reason', async (path, expected) => {
    const { status, body } = await server.get(path);
    expect(status).toBe(expected);
    expect(body.issue?.[0]?.details.text.length).toBeGreaterThan(10);
  });
});

describe('$validate-code', () => {
  test.each([
    ['a member', `ValueSet/rooms/$validate-code?system=${CODES}&code=exam&display=Examination%20room`, true],
    ['another code', `ValueSet/rooms/$validate-code?system=${CODES}&code=office`, false],
    ['a wrong display', `ValueSet/rooms/$validate-code?system=${CODES}&code=exam&display=Kitchen`, false],
    ['a code of a system', `CodeSystem/$validate-code?url=${CODES}&code=lab`, true],
    ['no code of a system', `CodeSystem/rooms/$validate-code?code=garage`, false],
    [
      'a media type',
      'ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/mimetypes&system=urn:ietf:bcp:13&code=text/plain%3Bcharset%3Dutf-8',
      true,
    ],
    [
      'a currency',
      'ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/currencies&system=urn:iso:std:iso:4217&code=CHF',
      true,
    ],
    [
      'a language',
      'ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/all-languages&system=urn:ietf:bcp:47&code=de-CH',
      true,
    ],
  ])('%s', async (_, path, expected) => {
    const { status, body } = await server.get(path);
    expect(status).toBe(200);
    expect(parameter(body, 'result')?.valueBoolean).toBe(expected);
    if (!expected) expect(parameter(body, 'message')?.valueString).toBeTruthy();
  });

  test('many at once', async () => {
    const one = (code: string): object => ({
      name: 'validation',
      resource: parameters({ name: 'url', valueUri: ROOMS }, { name: 'coding', valueCoding: { system: CODES, code } }),
    });
    const { status, body } = await server.send(
      'POST',
      'ValueSet/$batch-validate-code',
      parameters(one('lab'), one('office')),
    );
    expect(status).toBe(200);
    const answers = (body.parameter as unknown as { resource: Body }[]).map(
      ({ resource }) => parameter(resource, 'result')?.valueBoolean,
    );
    expect(answers).toEqual([true, false]);
    const inSystem = parameters({
      name: 'validation',
      resource: parameters({ name: 'url', valueUri: CODES }, { name: 'code', valueCode: 'office' }),
    });
    const { body: ofSystem } = await server.send('POST', 'CodeSystem/$batch-validate-code', inSystem);
    expect(JSON.stringify(ofSystem)).toContain('"name":"result","valueBoolean":true');
  });
});

test('$lookup tells display, designations and properties', async () => {
  const { status, body } = await server.get(
    `CodeSystem/$lookup?system=${CODES}&code=exam&property=floor&property=parent`,
  );
  expect(status).toBe(200);
  expect(parameter(body, 'display')?.valueString).toBe('Examination room');
  expect(JSON.stringify(body)).toContain('Untersuchungszimmer');
  expect(JSON.stringify(body)).toContain('"valueInteger":1');
  expect((await server.get(`CodeSystem/$lookup?system=${CODES}&code=garage`)).status).toBe(404);
});

test.each([
  ['clinical', 'lab', 'subsumes'],
  ['lab', 'clinical', 'subsumed-by'],
  ['lab', 'lab', 'equivalent'],
  ['lab', 'office', 'not-subsumed'],
])('$subsumes of %s and %s is %s', async (codeA, codeB, outcome) => {
  const { body } = await server.get(`CodeSystem/$subsumes?system=${CODES}&codeA=${codeA}&codeB=${codeB}`);
  expect(parameter(body, 'outcome')?.valueCode).toBe(outcome);
});

test('$find-matches finds by properties', async () => {
  const property = {
    name: 'property',
    part: [
      { name: 'code', valueCode: 'floor' },
      { name: 'value', valueInteger: 2 },
    ],
  };
  const body = parameters({ name: 'exact', valueBoolean: true }, property);
  const found = await server.send('POST', 'CodeSystem/rooms/$find-matches', body);
  expect(found.status).toBe(200);
  expect(found.body.parameter).toMatchObject([
    { name: 'match', part: [{ valueCoding: { system: CODES, code: 'lab' } }] },
  ]);
});

test('$translate goes both ways, by URL and on the map itself', async () => {
  const there = await server.get(`ConceptMap/$translate?url=${MAP}&system=${CODES}&code=exam`);
  expect(parameter(there.body, 'result')?.valueBoolean).toBe(true);
  const type = 'http://terminology.hl7.org/CodeSystem/location-physical-type';
  const back = await server.get(`ConceptMap/rooms/$translate?system=${type}&code=ro&reverse=true`);
  expect(parameter(back.body, 'match')?.part).toMatchObject([
    { valueCode: 'narrower' },
    { valueCoding: { code: 'exam' } },
    {},
  ]);
  expect([...(await errorsOf(there.body)), ...(await errorsOf(back.body))]).toEqual([]);
  expect((await server.get(`ConceptMap/$translate?url=${MAP}`)).status).toBe(400);
});

test('$closure keeps a table', async () => {
  const name = { name: 'name', valueString: 'our rooms' };
  const concept = (code: string): object => ({ name: 'concept', valueCoding: { system: CODES, code } });
  expect((await server.send('POST', '$closure', parameters(name, concept('lab')))).status).toBe(404);
  expect((await server.send('POST', '$closure', parameters(name))).status).toBe(200);
  const { body } = await server.send('POST', '$closure', parameters(name, concept('lab'), concept('clinical')));
  expect(body).toMatchObject({
    resourceType: 'ConceptMap',
    version: '1',
    group: [{ element: [{ code: 'lab', target: [{ code: 'clinical', equivalence: 'subsumes' }] }] }],
  });
  expect(await errorsOf(body)).toEqual([]);
  expect((await server.get('$closure?name=x')).status).toBe(405);
});

test('TerminologyCapabilities name what is held', async () => {
  const { status, body } = await server.get('metadata?mode=terminology');
  expect(status).toBe(200);
  expect(body.resourceType).toBe('TerminologyCapabilities');
  const systems = (body.codeSystem as { uri: string }[]).map(({ uri }) => uri);
  expect(systems).toEqual(
    expect.arrayContaining([CODES, 'http://unitsofmeasure.org', 'http://hl7.org/fhir/administrative-gender']),
  );
  expect(systems).not.toContain('http://loinc.org');
  expect(await errorsOf(body)).toEqual([]);
  const xml = await server.get('metadata?mode=terminology&_format=xml');
  expect(xml.text).toContain('<TerminologyCapabilities xmlns="http://hl7.org/fhir">');
});

test('another server can ask this one for its code systems', async () => {
  const other = upstreamSystems(new Map([[CODES, server.base]]), { now: () => Date.now(), timeout: 10_000 });
  const system = await other.codeSystem(CODES, undefined);
  expect(system?.version).toBe('1');
  const found = await system?.find(['exam', 'garage']);
  expect([...(found?.keys() ?? [])]).toEqual(['exam']);
  expect(found?.get('exam')).toMatchObject({ display: 'Examination room', isInactive: false });
  expect(found?.get('exam')?.designations).toContainEqual(expect.objectContaining({ value: 'Untersuchungszimmer' }));
  expect(await system?.parents('exam')).toEqual(['clinical']);
  expect(await system?.isBelow('clinical', 'exam')).toBe(true);
  const clinical = { property: 'concept', op: 'is-a', value: 'clinical' };
  expect([...((await system?.matching(['lab', 'office'], [clinical])) ?? [])]).toEqual(['lab']);
  const page = await system?.select({ filters: [clinical], isActiveOnly: false, offset: 0, count: 2 });
  expect(page?.concepts.map(({ code }) => code)).toEqual(['clinical', 'exam']);
  expect(page).toMatchObject({ total: 3, hasMore: true });
  const nonsense = { property: 'colour', op: '=', value: 'red' };
  await expect(system?.matching(['lab'], [nonsense])).rejects.toMatchObject({ status: 422 });
});

describe('search by value sets and hierarchies of clients', () => {
  beforeAll(async () => {
    const location = (id: string, code: string, partOf?: string): object => ({
      resourceType: 'Location',
      id,
      type: [{ coding: [{ system: CODES, code }] }],
      ...(partOf === undefined ? {} : { partOf: { reference: `Location/${partOf}` } }),
    });
    for (const [id, code, partOf] of [
      ['l-clinical', 'clinical'],
      ['l-exam', 'exam', 'l-clinical'],
      ['l-office', 'office', 'l-clinical'],
    ] as const) {
      const { status, text } = await server.send('PUT', `Location/${id}`, location(id, code, partOf));
      if (status !== 201) throw new Error(text);
    }
  });

  const found = async (query: string): Promise<string[]> => {
    const { status, body, text } = await server.get(`Location?${query}`);
    if (status !== 200) throw new Error(text);
    return (body.entry ?? []).map(({ resource }) => resource?.id ?? '').sort();
  };

  test.each([
    [`type:in=${ROOMS}`, ['l-clinical', 'l-exam']],
    [`type:in=ValueSet/rooms`, ['l-clinical', 'l-exam']],
    [`type:not-in=${ROOMS}`, ['l-office']],
    [`type:below=${CODES}|clinical`, ['l-clinical', 'l-exam']],
    [`type:above=${CODES}|exam`, ['l-clinical', 'l-exam']],
    [`partof.type:in=${ROOMS}`, ['l-exam', 'l-office']],
    [`_has:Location:partof:type:below=${CODES}|office`, ['l-clinical']],
    [`_filter=type in ${ROOMS}`, ['l-clinical', 'l-exam']],
    [`_filter=type ss ${CODES}|clinical`, ['l-clinical', 'l-exam']],
    [`type:in=${ROOMS},http://hl7.org/fhir/ValueSet/currencies`, ['l-clinical', 'l-exam']],
  ])('%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test.each([
    [`type:in=http://clinic.example.org/ValueSet/none`, 400, 'none'],
    [`type:in=ValueSet/none`, 400, 'does not exist'],
    [`type:below=${CODES}|garage`, 400, 'garage'],
    [`type:below=http://loinc.org|1-8`, 400, 'not held'],
    [`type:in=http://hl7.org/fhir/ValueSet/ucum-units`, 400, 'grammar'],
  ])('%s is refused with the reason', async (query, expected, reason) => {
    const { status, body } = await server.get(`Location?${query}`);
    expect(status).toBe(expected);
    expect(body.issue?.[0]?.details.text).toContain(reason);
  });

  test('a value set of a client takes the place of one of R4', async () => {
    const url = 'http://hl7.org/fhir/ValueSet/location-physical-type';
    const own = { resourceType: 'ValueSet', id: 'physical', url, version: '99', status: 'active' };
    const include = [{ system: CODES, concept: [{ code: 'office' }] }];
    expect(await found(`type:in=${url}`)).toEqual([]);
    expect((await server.send('PUT', 'ValueSet/physical', { ...own, compose: { include } })).status).toBe(201);
    expect(await found(`type:in=${url}`)).toEqual(['l-office']);
  });

  test('a conditional update finds by them too', async () => {
    const body = { resourceType: 'Location', name: 'Room 1', type: [{ coding: [{ system: CODES, code: 'exam' }] }] };
    const criteria = `type:below=${CODES}|exam`;
    const { status, body: written } = await server.send('PUT', `Location?${criteria}`, body);
    expect(status).toBe(200);
    expect(written.id).toBe('l-exam');
  });
});

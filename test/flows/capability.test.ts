import { openFhirServer, type FhirServer } from './fhir-server.ts';

let server: FhirServer;

interface Statement {
  readonly rest: readonly {
    readonly resource: readonly {
      readonly type: string;
      readonly searchParam: readonly { readonly name: string; readonly type: string }[];
      readonly searchInclude: readonly string[];
      readonly searchRevInclude?: readonly string[];
      readonly operation: readonly { readonly name: string }[];
    }[];
  }[];
}

beforeAll(async () => {
  server = await openFhirServer();
});

afterAll(() => server.close());

const statement = async (): Promise<Statement['rest'][number]['resource']> => {
  const { body } = await server.get('metadata');
  return (body as unknown as Statement).rest[0]?.resource ?? [];
};

/** A value that each type of parameter takes. */
const VALUES: Readonly<Record<string, string>> = {
  token: 'x',
  string: 'x',
  date: '2024-02',
  number: '7',
  quantity: '7',
  uri: 'urn:x',
  reference: 'urn:x',
};
const CRITERIA: Readonly<Record<string, string>> = {
  _has: '_has:List:item:_id=x',
  _filter: '_filter=_id%20eq%20x',
  near: 'near=1|2|3|km',
};

function criterionOf(type: string, name: string): string {
  const param = server.engine.registry.param(type, name);
  const parts = param?.composite?.[0]?.parts ?? (param === undefined ? [] : [param]);
  return CRITERIA[name] ?? `${name}=${parts.length === 0 ? '2024' : parts.map((part) => VALUES[part.type]).join('$')}`;
}

test('the CapabilityStatement in JSON and XML', async () => {
  const json = await server.get('metadata');
  expect([json.status, json.body.resourceType]).toEqual([200, 'CapabilityStatement']);
  expect(json.body.implementation).toMatchObject({ url: server.base });
  const xml = await server.get('metadata', { Accept: 'application/fhir+xml' });
  expect(xml.text).toContain('<CapabilityStatement xmlns="http://hl7.org/fhir">');
  expect((await server.get('metadata?mode=normative')).status).toBe(400);
});

test('the OpenAPI document', async () => {
  const { status, body } = await server.get(server.base.replace('/fhir/R4', '/openapi.json'));
  expect(status).toBe(200);
  expect(body.servers).toEqual([{ url: server.base }]);
});

test('every advertised search parameter can be searched by', async () => {
  const refused: string[] = [];
  for (const { type, searchParam } of await statement()) {
    const query = searchParam.map(({ name }) => criterionOf(type, name));
    const { status, text } = await server.get(`${type}?${query.join('&')}`);
    if (status !== 200) refused.push(`${type}: ${text.slice(0, 300)}`);
  }
  expect(refused).toEqual([]);
}, 60_000);

test('every advertised include can be asked for', async () => {
  const refused: string[] = [];
  for (const { type, searchInclude, searchRevInclude = [] } of await statement()) {
    const includes = [
      ...searchInclude.map((include) => `_include=${include}`),
      ...searchRevInclude.map((include) => `_revinclude=${include}`),
    ];
    for (let start = 0; start < includes.length; start += 100) {
      const { status, text } = await server.get(`${type}?${includes.slice(start, start + 100).join('&')}`);
      if (status !== 200) refused.push(`${type}: ${text.slice(0, 300)}`);
    }
  }
  expect(refused).toEqual([]);
}, 60_000);

test('every advertised operation exists', async () => {
  for (const { type, operation } of await statement()) {
    for (const { name } of operation) {
      // An operation is on the type, on its instances, or on both; the statement does not tell which.
      const answers = await Promise.all([server.get(`${type}/$${name}`), server.get(`${type}/x/$${name}`)]);
      const missing = answers.filter(({ body }) => body.issue?.[0]?.details.text.includes('There is no operation'));
      expect([type, name, missing.length]).not.toEqual([type, name, 2]);
    }
  }
}, 60_000);

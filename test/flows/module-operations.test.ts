import { SERVER, type Principal } from '../../server/access/principal.ts';
import { openApiDocument } from '../../server/fhir/capability/openapi.ts';
import { moduleOperations } from '../../server/module-host/operations.ts';
import { defineOperation } from '../../server/sdk/operation.ts';
import { openFhirServer, type FhirServer } from './fhir-server.ts';
import { disabled, sampleHost, sampleOperations } from './module-operations.fixture.ts';

let server: FhirServer;
let caller: Principal = { ...SERVER, tenant: 1 };

const NURSE: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'a',
  fhirUser: 'Practitioner/n',
  roles: ['nurse'],
  purposes: [],
};

beforeAll(async () => {
  server = await openFhirServer({ operations: sampleOperations, authenticate: () => caller, validation: 'full' });
  await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', name: [{ family: 'Old' }] });
});

afterAll(() => server.close());

afterEach(() => {
  caller = { ...SERVER, tenant: 1 };
  disabled.clear();
});

function parameters(parameter: readonly object[]): object {
  return { resourceType: 'Parameters', parameter };
}

describe('input', () => {
  test('out of the URL, with the digits of decimals', async () => {
    const { status, text } = await server.get(
      '$echo?word=a%20b&amount=1.50&mode=loud&count=1&count=2&flag=true&when=2024-02',
    );
    expect(status).toBe(200);
    expect(text).toBe(
      '{"resourceType":"Parameters","parameter":[{"name":"word","valueString":"a b"},{"name":"amount","valueDecimal":1.50},' +
        '{"name":"when","valueDateTime":"2024-02"},{"name":"mode","valueCode":"loud"},{"name":"count","valuePositiveInt":1},' +
        '{"name":"count","valuePositiveInt":2},{"name":"flag","valueBoolean":true},{"name":"level","valueString":"system"}]}',
    );
  });

  test('out of the body and the URL alike', async () => {
    const body =
      '{"resourceType":"Parameters","parameter":[{"name":"amount","valueDecimal":0.10},' +
      '{"name":"size","valueQuantity":{"value":2.0,"unit":"mg"}},{"name":"thing","resource":{"resourceType":"Basic","code":{"text":"x"}}}]}';
    const { status, text } = await server.send('POST', 'Patient/$echo?word=w', body);
    expect(status).toBe(200);
    expect(text).toContain('{"name":"amount","valueDecimal":0.10}');
    expect(text).toContain('{"name":"size","valueQuantity":{"value":2.0,"unit":"mg"}}');
    expect(text).toContain('{"name":"level","valueString":"Patient"}');
  });

  test('a resource as the whole body', async () => {
    const { status, body } = await server.send('POST', '$echo?word=w', { resourceType: 'Basic', code: { text: 'x' } });
    expect(status).toBe(200);
    expect(body.parameter).toContainEqual({ name: 'thing', resource: { resourceType: 'Basic', code: { text: 'x' } } });
  });

  const GOOD = { name: 'word', valueString: 'w' };
  test.each([
    ['unknown', [GOOD, { name: 'x', valueString: 'y' }], 'Parameters.parameter[1]', 'It takes word, amount'],
    [
      'of Object.prototype',
      [GOOD, { name: 'constructor', valueString: 'y' }],
      'Parameters.parameter[1]',
      'no parameter',
    ],
    ['missing', [], "Parameters.parameter.where(name = 'word')", 'word is missing: Any word.'],
    ['twice', [GOOD, GOOD], 'Parameters.parameter[1]', 'word may be given once'],
    ['of another type', [{ name: 'word', valueInteger: 1 }], 'Parameters.parameter[0]', 'word needs one valueString'],
    [
      'of two types',
      [{ name: 'word', valueString: 'a', valueCode: 'b' }],
      'Parameters.parameter[0]',
      'nothing besides',
    ],
    ['with parts', [{ name: 'word', part: [GOOD] }], 'Parameters.parameter[0]', 'needs one valueString'],
    ['empty', [{ name: 'word' }], 'Parameters.parameter[0]', 'needs one valueString'],
    ['none of the codes', [GOOD, { name: 'mode', valueCode: 'shrill' }], 'Parameters.parameter[1]', 'loud, quiet'],
    ['no date', [GOOD, { name: 'when', valueDateTime: '2024-02-31' }], 'Parameters.parameter[1].value', ''],
    ['not positive', [GOOD, { name: 'count', valuePositiveInt: 0 }], 'Parameters.parameter[1].value', ''],
    ['of a wrong form', [GOOD, { name: 'size', valueQuantity: { value: 'x' } }], 'Parameters.parameter[1].value', ''],
    ['no resource', [GOOD, { name: 'thing', valueString: 'x' }], 'Parameters.parameter[1]', 'needs a resource'],
  ])('%s is refused', async (_what, parameter, expression, text) => {
    const { status, body } = await server.send('POST', '$echo', parameters(parameter));
    expect(status).toBe(400);
    expect(body.issue?.[0]?.expression?.[0]).toContain(expression);
    expect(body.issue?.[0]?.details.text).toContain(text);
  });

  test.each([
    ['amount=1.5.5', 'number'],
    ['amount=1e400', 'number'],
    ['flag=yes', 'true or false'],
    ['when=yesterday', ''],
    ['count=1.5', ''],
    ['count=99999999999', ''],
    ['size=5', 'POST'],
    ['mode=shrill', 'loud'],
    ['unknown=1', 'not supported'],
  ])('%s in the URL is refused', async (query, text) => {
    const { status, body } = await server.get(`$echo?word=w&${query}`);
    expect(status).toBe(400);
    expect(body.issue?.[0]?.details.text).toContain(text);
    expect(body.issue?.[0]?.expression).toEqual([`http.${query.split('=')[0] ?? ''}`]);
  });

  test('everything that is wrong is told at once', async () => {
    const { body } = await server.send(
      'POST',
      '$echo',
      parameters([
        { name: 'x', valueString: 'y' },
        { name: 'flag', valueString: 'z' },
      ]),
    );
    expect(body.issue).toHaveLength(3);
  });

  test('a body that is no Parameters is refused', async () => {
    const { status } = await server.send('POST', 'Patient/p/$rename', { resourceType: 'Basic' });
    expect(status).toBe(400);
  });
});

describe('calls', () => {
  const name = async (): Promise<unknown> => (await server.get('Patient/p')).body.name;
  const to = (family: string, more: readonly object[] = []): object =>
    parameters([{ name: 'family', valueString: family }, ...more]);

  test('what changes something takes POST only and answers 204 where nothing is declared', async () => {
    expect((await server.get('Patient/p/$rename?family=X')).status).toBe(405);
    expect((await server.send('POST', 'Patient/p/$rename', to('One'))).status).toBe(204);
    expect(await name()).toEqual([{ family: 'One' }]);
  });

  test('a refusal leaves nothing', async () => {
    const before = await name();
    const { body: all } = await server.get('Basic?_summary=count');
    const { status, body } = await server.send(
      'POST',
      'Patient/p/$rename',
      to('Two', [{ name: 'fail', valueBoolean: true }]),
    );
    expect(status).toBe(422);
    expect(body.issue?.[0]?.details).toMatchObject({ coding: [{ code: 'sample.refused' }] });
    expect(await name()).toEqual(before);
    expect((await server.get('Basic?_summary=count')).body.total).toBe(all.total);
  });

  test('an Idempotency-Key runs it once', async () => {
    const headers = { 'Idempotency-Key': 'k1' };
    const { body: before } = await server.get('Basic?_summary=count');
    const [first, second] = await Promise.all([
      server.send('POST', 'Patient/p/$rename', to('Three'), headers),
      server.send('POST', 'Patient/p/$rename', to('Three'), headers),
    ]);
    const third = await server.send('POST', 'Patient/p/$rename', to('Three'), headers);
    expect([first.status, second.status, third.status]).toEqual([204, 204, 204]);
    expect(third.headers.get('Idempotent-Replayed')).toBe('true');
    expect((await server.get('Basic?_summary=count')).body.total).toBe((before.total ?? 0) + 1);
    expect((await server.send('POST', 'Patient/p/$rename', to('Four'), headers)).status).toBe(422);
  });

  test('on an instance that is not there: 404', async () => {
    expect((await server.send('POST', 'Patient/none/$rename', to('X'))).status).toBe(404);
  });

  test('in a batch', async () => {
    const entry = [{ request: { method: 'POST', url: 'Patient/p/$rename' }, resource: to('Five') }];
    const { body } = await server.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    expect(body.entry?.[0]?.response?.status).toMatch(/^204/);
    expect(await name()).toEqual([{ family: 'Five' }]);
  });

  test('needs a role that names it', async () => {
    caller = NURSE;
    expect((await server.get('$census')).status).toBe(403);
  });

  test('works with the rights of the caller, and with those of the server where it says so', async () => {
    await server.send('PUT', 'Patient/v', {
      resourceType: 'Patient',
      id: 'v',
      meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] },
    });
    caller = { ...NURSE, roles: ['administrator', 'nurse'] };
    const { body } = await server.get('$census');
    expect(body.issue).toBeUndefined();
    expect(body.parameter).toEqual([
      { name: 'own', valueInteger: 1 },
      { name: 'all', valueInteger: 2 },
    ]);
  });

  test('is unknown where the module is disabled', async () => {
    disabled.add(1);
    const { status, body } = await server.get('$census');
    expect(status).toBe(404);
    expect(body.issue?.[0]?.details.text).not.toContain('$echo');
  });

  test('an answer that is not as declared is a bug of the module', async () => {
    expect((await server.get('$broken')).status).toBe(500);
  });
});

describe('descriptions', () => {
  test('the canonical in the CapabilityStatement can be read and is valid', async () => {
    const { body } = await server.get('metadata');
    const [rest] = body.rest as readonly {
      operation: readonly { name: string; definition: string; documentation: string }[];
    }[];
    const listed = rest?.operation.find((operation) => operation.name === 'echo');
    expect(listed?.documentation).toContain('- mode (code, optional): How. One of: loud, quiet.');
    const path = (listed?.definition ?? '').replace(`${server.engine.settings.baseUrl}/`, '');
    const { status, body: definition } = await server.get(path);
    expect(status).toBe(200);
    expect(definition).toMatchObject({
      id: 'sample-echo',
      url: listed?.definition,
      code: 'echo',
      system: true,
      instance: false,
    });
    const issues = await server.engine.examine(definition as never, []);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect((await server.get(`${path}?_elements=code`)).body.parameter).toBeUndefined();
    expect((await server.get('OperationDefinition/sample-none')).status).toBe(404);
  });

  test('OpenAPI tells the parameters', () => {
    const document = JSON.parse(openApiDocument(server.engine, server.base)) as {
      paths: Record<string, Record<string, { parameters: { name?: string }[]; requestBody?: object }>>;
    };
    expect(document.paths['/$echo']?.get?.parameters.map((parameter) => parameter.name)).toEqual([
      'word',
      'amount',
      'when',
      'mode',
      'count',
      'flag',
    ]);
    expect(document.paths['/Patient/{id}/$rename']?.get).toBeUndefined();
    expect(JSON.stringify(document.paths['/Patient/{id}/$rename']?.post?.requestBody)).toContain('"enum":["family"]');
  });
});

test.each([
  [
    'an operation of the server',
    { code: 'validate', levels: ['type'], types: ['Patient'] },
    'is an operation of the server already',
  ],
  ['no types', { code: 'x', levels: ['type'] }, 'must name the types'],
  ['long names', { code: 'x'.repeat(64), levels: ['system'] }, 'too long'],
] as const)('%s stops the boot', (_what, more, message) => {
  const operation = defineOperation({
    title: '',
    text: '',
    affectsState: false,
    input: {},
    output: {},
    run: async () => ({}),
    ...more,
  });
  const make = (): unknown => moduleOperations([{ module: 'm', operation }], server.engine.operations, '', sampleHost);
  expect(make).toThrow(message);
  expect(make).toThrow('of module m');
});

import { testSigner } from '../harness/test-signer.ts';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import { reportOperations } from '../../server/module-host/reports.ts';
import type { ModuleHost } from '../../server/module-host/operation-context.ts';
import { defineReport, type ReportRow } from '../../server/sdk/report.ts';
import { openFhirServer, type FhirServer } from './fhir-server.ts';

const COLUMNS = [
  { name: 'item', title: 'Item', type: 'string' },
  { name: 'amount', title: 'Amount, in g', type: 'decimal' },
  { name: 'count', title: 'Count', type: 'integer' },
] as const;

const stock = defineReport({
  id: 'stock',
  title: 'Stock',
  text: 'What is there.',
  roles: ['physician'],
  input: { least: { type: 'decimal', text: 'Only from this amount on.' } },
  columns: COLUMNS,
  run: (_context, { least }) =>
    Promise.resolve<readonly ReportRow[]>([
      ['gauze', '1.50', -3],
      ['=cmd|x', least ?? null, 2],
      ['a "b", c', '-0.10', null],
    ]),
});

const seen: string[] = [];
/** Rows as they come, more than fit into memory at once would be. */
const long = defineReport({
  id: 'long',
  title: 'Long',
  text: 'Many rows.',
  roles: ['physician'],
  input: { rows: { type: 'integer', min: 1, text: 'How many.' }, failAt: { type: 'integer', text: 'Where it fails.' } },
  columns: [{ name: 'n', title: 'N', type: 'integer' }],
  async *run(context, { rows, failAt }) {
    try {
      for (let row = 0; row < rows; row += 1) {
        if (row === failAt) throw new Error('broken');
        if (row % 1000 === 0) await context.count('Patient', '');
        yield [row];
      }
    } finally {
      seen.push('closed');
    }
  },
});

const mine = defineReport({
  id: 'mine',
  title: 'Mine',
  text: 'Patients that the caller may see.',
  roles: ['physician', 'patient'],
  input: {},
  columns: [{ name: 'id', title: 'Id', type: 'string' }],
  run: async (context) => (await context.search('Patient', '_sort=_id')).map(({ id }) => [id]),
});

const crooked = defineReport({ ...stock, id: 'crooked', input: {}, run: () => Promise.resolve([['one']]) });

const disabled = new Set<number>();
const host: ModuleHost = {
  isEnabled: (tenant) => !disabled.has(tenant),
  projection: () => Promise.reject(new Error('none')),
  definitions: () => {
    throw new Error('none');
  },
  signer: testSigner,
  log: () => undefined,
  setting: () => '',
};

const PHYSICIAN: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'd',
  fhirUser: 'Practitioner/d',
  roles: ['physician'],
  purposes: [],
};
const PATIENT: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'p',
  fhirUser: 'Patient/a',
  roles: ['patient'],
  purposes: [],
};

let server: FhirServer;
let caller: Principal = { ...SERVER, tenant: 1 };

beforeAll(async () => {
  const contributed = [stock, long, mine, crooked].map((report) => ({ module: 'sample', report }));
  server = await openFhirServer({
    validation: 'structure',
    authenticate: () => caller,
    operations: () => reportOperations(contributed, host),
  });
  for (const id of ['a', 'b']) await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id });
});

afterAll(() => server.close());
beforeEach(() => {
  caller = PHYSICIAN;
  disabled.clear();
});

test.each([
  [
    '$report?report=stock&least=2.0',
    'application/json; charset=utf-8',
    '{"report":"stock","columns":[{"name":"item","title":"Item","type":"string"},{"name":"amount","title":"Amount, in g","type":"decimal"},' +
      '{"name":"count","title":"Count","type":"integer"}],"rows":[["gauze",1.50,-3],["=cmd|x",2.0,2],["a \\"b\\", c",-0.10,null]]}',
  ],
  [
    '$report?report=stock&_format=ndjson',
    'application/x-ndjson; charset=utf-8',
    '{"item":"gauze","amount":1.50,"count":-3}\n{"item":"=cmd|x","amount":null,"count":2}\n{"item":"a \\"b\\", c","amount":-0.10,"count":null}\n',
  ],
  [
    '$report?report=stock&_format=csv',
    'text/csv; charset=utf-8; header=present',
    'Item,"Amount, in g",Count\r\ngauze,1.50,-3\r\n"\'=cmd|x",,2\r\n"a ""b"", c",-0.10,\r\n',
  ],
])('%s', async (path, type, text) => {
  const answer = await fetch(`${server.base}/${path}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
  expect(await answer.text()).toBe(text);
});

test('the format is also what is accepted, and the report may be asked for by POST', async () => {
  const parameter = [
    { name: 'report', valueCode: 'stock' },
    { name: 'least', valueDecimal: 5 },
  ];
  const { headers, text } = await server.send(
    'POST',
    '$report',
    { resourceType: 'Parameters', parameter },
    { Accept: 'text/csv' },
  );
  expect(headers.get('content-type')).toContain('text/csv');
  expect(text).toContain(',5,2');
});

test.each([
  ['$report', 404, 'there are stock, long, mine, crooked'],
  ['$report?report=none', 404, 'stock'],
  ['$report?report=stock&_format=xml', 406, '_format'],
  ['$report?report=stock&_format=parquet', 406, 'fhir+json'],
  ['$report?report=stock&unknown=1', 400, 'least'],
  ['$report?report=stock&least=x', 400, 'number'],
  ['$report?report=long', 400, 'rows is missing'],
  ['$report?report=long&rows=5&failAt=0', 500, ''],
  ['$report?report=crooked', 500, ''],
])('%s is refused', async (path, status, text) => {
  const answer = await server.get(path);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(text);
});

test('rows are sent as they come', async () => {
  const rows = 50_000;
  const response = await fetch(`${server.base}/$report?report=long&rows=${rows}&_format=ndjson`);
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
  expect(bytes).toBe(
    Array.from({ length: rows }, (_, n) => `{"n":${n}}\n`.length).reduce((sum, length) => sum + length, 0),
  );
  expect(response.headers.get('content-length')).toBeNull();
});

test('what fails on the way cuts the answer, and who goes away ends the report', async () => {
  const cut = async (): Promise<string> =>
    (await fetch(`${server.base}/$report?report=long&rows=50000&failAt=40000&_format=csv`)).text();
  await expect(cut()).rejects.toThrow();
  seen.length = 0;
  const response = await fetch(`${server.base}/$report?report=long&rows=10000000&_format=csv`);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  for (let wait = 0; seen.length === 0 && wait < 100; wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen).toEqual(['closed']);
  expect((await server.get('Patient/a')).status).toBe(200);
});

test('within a Bundle it is refused, with an Idempotency-Key it is replayed', async () => {
  const entry = [{ request: { method: 'GET', url: '$report?report=stock' } }];
  const { body } = await server.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
  expect(body.entry?.[0]?.response?.status).toMatch(/^400/);
  const send = (): ReturnType<FhirServer['send']> =>
    server.send('POST', '$report?report=stock&_format=csv', undefined, { 'Idempotency-Key': 'k' });
  const [first, second] = [await send(), await send()];
  expect(second.text).toBe(first.text);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
});

describe('who may run what', () => {
  test('reports name their roles, and read what the caller may see', async () => {
    caller = PATIENT;
    expect((await server.get('$report?report=stock')).status).toBe(404);
    expect((await server.get('$report?report=mine')).text).toContain('"rows":[["a"]]');
    caller = PHYSICIAN;
    expect((await server.get('$report?report=mine')).text).toContain('"rows":[["a"],["b"]]');
  });

  test('an app needs the whole of what its user may do', async () => {
    caller = { ...PHYSICIAN, scopes: ['user/Patient.rs'] };
    expect((await server.get('$report?report=mine')).status).toBe(404);
    caller = { ...PHYSICIAN, scopes: ['user/*.cruds'] };
    expect((await server.get('$report?report=mine')).status).toBe(200);
  });

  test('where the module is disabled there is none', async () => {
    disabled.add(1);
    expect((await server.get('$report?report=stock')).status).toBe(404);
    expect((await server.get('$reports')).body.parameter).toBeUndefined();
  });

  test('$reports lists them with parameters and columns, validly', async () => {
    caller = PATIENT;
    const { body } = await server.get('$reports');
    expect(body.parameter).toEqual([
      {
        name: 'report',
        part: expect.arrayContaining([
          { name: 'id', valueCode: 'mine' },
          { name: 'column', part: expect.arrayContaining([{ name: 'name', valueString: 'id' }]) },
        ]),
      },
    ]);
    const issues = await server.engine.examine(body as never, []);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

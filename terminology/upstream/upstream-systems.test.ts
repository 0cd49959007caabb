import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readUpstreamServers, upstreamSystems } from './upstream-systems.ts';

const SYSTEM = 'http://clinic.example.org/CodeSystem/far';
const codes = new Map([
  ['a', { display: 'A', parent: undefined }],
  ['b', { display: 'B', parent: 'a' }],
]);

interface Param {
  readonly name: string;
  readonly valueUri?: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueInteger?: number;
  readonly resource?: {
    readonly compose: { readonly include: { readonly filter?: { op: string; value: string }[] }[] };
  };
}

let server: Server;
let base: string;
let asked: string[] = [];
let mode: 'fine' | 'error' | 'garbage' | 'silent' | 'no capabilities' = 'fine';

/** A terminology server as far as one is needed. */
function answer(path: string, query: URLSearchParams, body: readonly Param[]): [number, object] {
  const refuse = (text: string): [number, object] => [
    404,
    { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'not-found', details: { text } }] },
  ];
  const result = (value: boolean): [number, object] => [
    200,
    { resourceType: 'Parameters', parameter: [{ name: 'result', valueBoolean: value }] },
  ];
  const isA = (code: string, root: string): boolean => code === root || codes.get(code)?.parent === root;
  const filter = body.find(({ name }) => name === 'valueSet')?.resource?.compose.include[0]?.filter?.[0];
  switch (path) {
    case '/fhir/metadata':
      if (mode === 'no capabilities') return refuse('no such mode');
      return [
        200,
        {
          resourceType: 'TerminologyCapabilities',
          codeSystem: [{ uri: SYSTEM, version: [{ code: '1' }, { code: '2', isDefault: true }] }],
        },
      ];
    case '/fhir/CodeSystem': {
      const found =
        query.get('url') === SYSTEM
          ? [{ resource: { resourceType: 'CodeSystem', url: SYSTEM, version: '7', content: 'complete' } }]
          : [];
      return [200, { resourceType: 'Bundle', type: 'searchset', entry: found }];
    }
    case '/fhir/CodeSystem/$lookup': {
      const code = query.get('code') ?? '';
      const concept = codes.get(code);
      if (concept === undefined) return refuse(`unknown code ${code}`);
      const parameter: object[] = [
        { name: 'name', valueString: 'Far' },
        { name: 'display', valueString: concept.display },
      ];
      parameter.push({
        name: 'designation',
        part: [
          { name: 'language', valueCode: 'de' },
          { name: 'value', valueString: `${concept.display}-de` },
        ],
      });
      if (concept.parent !== undefined) {
        parameter.push({
          name: 'property',
          part: [
            { name: 'code', valueCode: 'parent' },
            { name: 'value', valueCode: concept.parent },
          ],
        });
      }
      return [200, { resourceType: 'Parameters', parameter }];
    }
    case '/fhir/CodeSystem/$subsumes': {
      const isBelow = isA(query.get('codeB') ?? '', query.get('codeA') ?? '');
      return [
        200,
        {
          resourceType: 'Parameters',
          parameter: [{ name: 'outcome', valueCode: isBelow ? 'subsumes' : 'not-subsumed' }],
        },
      ];
    }
    case '/fhir/ValueSet/$validate-code':
      if (filter?.op === 'like') return refuse('no filter like');
      return result(isA(body.find(({ name }) => name === 'code')?.valueCode ?? '', filter?.value ?? ''));
    case '/fhir/ValueSet/$expand': {
      const count = body.find(({ name }) => name === 'count')?.valueInteger ?? 0;
      const contains = [...codes]
        .filter(([code]) => isA(code, filter?.value ?? code))
        .map(([code, { display }]) => ({ code, display, system: SYSTEM }));
      return [
        200,
        { resourceType: 'ValueSet', expansion: { total: contains.length, contains: contains.slice(0, count) } },
      ];
    }
    default:
      return refuse('nothing here');
  }
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      asked.push(`${request.method} ${url.pathname}`);
      if (mode === 'silent') return;
      if (mode === 'error') response.writeHead(502).end('bad gateway');
      else if (mode === 'garbage') response.writeHead(200).end('<html>');
      else {
        const text = Buffer.concat(chunks).toString();
        const body = text === '' ? [] : (JSON.parse(text) as { parameter: Param[] }).parameter;
        const [status, resource] = answer(url.pathname, url.searchParams, body);
        response.writeHead(status, { 'Content-Type': 'application/fhir+json' }).end(JSON.stringify(resource));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let time = 0;
beforeEach(() => {
  asked = [];
  mode = 'fine';
  time = 0;
});

const open = () => upstreamSystems(new Map([[SYSTEM, base]]), { now: () => time, timeout: 500 });

test('a code system of another server answers as one of our own', async () => {
  const system = await open().codeSystem(SYSTEM, undefined);
  expect(system?.version).toBe('2');
  const found = await system?.find(['a', 'b', 'x']);
  expect([...(found?.keys() ?? [])]).toEqual(['a', 'b']);
  expect(found?.get('b')).toMatchObject({
    display: 'B',
    isInactive: false,
    designations: [{ language: 'de', value: 'B-de' }],
  });
  expect(await system?.parents('b')).toEqual(['a']);
  expect(await system?.isBelow('a', 'b')).toBe(true);
  expect(await system?.isBelow('b', 'a')).toBe(false);
  const isA = { property: 'concept', op: 'is-a', value: 'a' };
  expect([...((await system?.matching(['a', 'b', 'x'], [isA])) ?? [])]).toEqual(['a', 'b']);
  expect(await system?.select({ filters: [isA], isActiveOnly: true, text: 'b', offset: 0, count: 1 })).toMatchObject({
    concepts: [{ code: 'a' }],
    total: 2,
    hasMore: true,
  });
  await expect(system?.matching(['a'], [{ property: 'x', op: 'like', value: 'y' }])).rejects.toMatchObject({
    status: 422,
  });
});

test('what was answered is not asked again for a while, nor twice at once', async () => {
  const source = open();
  const look = async (): Promise<unknown> => (await source.codeSystem(SYSTEM, undefined))?.find(['a', 'a']);
  await Promise.all([look(), look(), look()]);
  expect(asked).toEqual(['GET /fhir/metadata', 'GET /fhir/CodeSystem/$lookup']);
  time = 601_000;
  await look();
  expect(asked).toHaveLength(4);
});

test('versions and systems that the other server does not hold', async () => {
  const source = open();
  expect(await source.versions(SYSTEM)).toEqual(['2', '1']);
  expect((await source.codeSystem(SYSTEM, '1'))?.version).toBe('1');
  expect(await source.codeSystem(SYSTEM, '3')).toBeUndefined();
  expect(await source.codeSystem('http://loinc.org', undefined)).toBeUndefined();
  const other = upstreamSystems(new Map([['http://loinc.org', base]]), { now: () => time, timeout: 500 });
  expect(await other.codeSystem('http://loinc.org', undefined)).toBeUndefined();
  mode = 'no capabilities';
  expect(await open().versions(SYSTEM)).toEqual(['7']);
});

test.each(['error', 'garbage'] as const)(
  'a server that answers with %s is down, and is then left alone',
  async (how) => {
    const source = open();
    mode = how;
    const ask = (): Promise<unknown> => source.codeSystem(SYSTEM, undefined);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(ask()).rejects.toMatchObject({ status: 503, code: 'terminology.upstream' });
    }
    expect(asked).toHaveLength(3);
    mode = 'fine';
    await expect(ask()).rejects.toMatchObject({ status: 503 });
    time = 31_000;
    expect(await ask()).toBeDefined();
  },
);

test('a server that is not there, or says nothing, is down after the time limit', async () => {
  const nowhere = upstreamSystems(new Map([[SYSTEM, 'http://127.0.0.1:1/fhir']]), { now: () => time, timeout: 500 });
  await expect(nowhere.codeSystem(SYSTEM, undefined)).rejects.toMatchObject({ status: 503 });
  mode = 'silent';
  await expect(open().codeSystem(SYSTEM, undefined)).rejects.toMatchObject({ status: 503 });
});

test('the setting names a server for each code system', () => {
  expect([
    ...readUpstreamServers('http://snomed.info/sct=https://tx.example.org/r4/, http://loinc.org=http://tx:8080/fhir'),
  ]).toEqual([
    ['http://snomed.info/sct', 'https://tx.example.org/r4'],
    ['http://loinc.org', 'http://tx:8080/fhir'],
  ]);
});

test.each([
  'http://loinc.org',
  '=http://tx/fhir',
  'http://loinc.org=ftp://tx/fhir',
  'http://loinc.org=tx',
  'x=http://tx/fhir?a=b',
])('the setting "%s" is refused', (text) => {
  expect(() => readUpstreamServers(text)).toThrow();
});

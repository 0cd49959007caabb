import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Body } from '../flows/fhir-server.ts';
import { openBulkServer, type BulkServer } from './bulk-server.ts';

let server: BulkServer;
let files: Server;
let origin: string;
const contents = new Map<string, Buffer>();
beforeAll(async () => {
  server = await openBulkServer({ allowPrivate: true });
  files = createServer((request, response) => {
    const content = contents.get(request.url ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterAll(async () => {
  files.close();
  await server.close();
});

const ndjson = (resources: readonly object[]): string => resources.map((one) => `${JSON.stringify(one)}\n`).join('');

const order = (...urls: readonly string[]): object => ({
  resourceType: 'Parameters',
  parameter: [
    { name: 'inputFormat', valueCode: 'application/fhir+ndjson' },
    ...urls.map((valueUrl) => ({
      name: 'input',
      part: [
        { name: 'type', valueCode: 'Patient' },
        { name: 'url', valueUrl },
      ],
    })),
  ],
});

async function imported(
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await server.send('POST', '$import', body, { Prefer: 'respond-async', ...headers });
  expect([answer.status, answer.text]).toEqual([202, '']);
  return server.done(answer.headers.get('content-location') ?? '');
}

const value = (body: Body, name: string): unknown => body.parameter?.find((one) => one.name === name)?.valueInteger;

const created = (body: Body): unknown =>
  (body.parameter ?? []).filter(({ name }) => name === 'created').map((one) => (one as { part?: unknown }).part);

test('files of URLs, gzipped or not, in whatever order they refer to each other; a second time nothing is loaded twice', async () => {
  const observation = {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p1' },
  };
  contents.set('/observations', Buffer.from(ndjson([observation])));
  contents.set(
    '/patients.gz',
    gzipSync(
      ndjson([
        { resourceType: 'Patient', id: 'p1' },
        { resourceType: 'Patient', id: 'p2' },
      ]),
    ),
  );
  const urls = [`${origin}/observations`, `${origin}/patients.gz`];
  const first = await imported(order(...urls));
  expect(created(first.body)).toEqual([
    [
      { name: 'type', valueCode: 'Patient' },
      { name: 'count', valueInteger: 2 },
    ],
    [
      { name: 'type', valueCode: 'Observation' },
      { name: 'count', valueInteger: 1 },
    ],
  ]);
  expect((await server.get('Observation/o1')).status).toBe(200);
  const { body } = await imported(order(...urls));
  expect([created(body), value(body, 'alreadyLoaded'), value(body, 'rejected')]).toEqual([[], 3, 0]);
});

test('lines of the body; what is rejected is told with its number', async () => {
  const lines = ndjson([
    { resourceType: 'Patient', id: 'q1' },
    { resourceType: 'Patient', id: 'q2', gender: 5 },
    { resourceType: 'Patien' },
  ]);
  const { body } = await imported(lines, { 'Content-Type': 'application/fhir+ndjson' });
  expect([value(body, 'rejected'), (await server.get('Patient/q1')).status]).toEqual([2, 200]);
  const error = body.parameter?.find(({ name }) => name === 'error') as unknown as { valueUrl: string };
  const outcomes = await server.resources([{ type: 'OperationOutcome', url: error.valueUrl, count: 2 }]);
  const texts = JSON.stringify(outcomes);
  expect([texts.includes('upload, line 2'), texts.includes('upload, line 3')]).toEqual([true, true]);
});

test('a file that is not there ends the import', async () => {
  const { status, body } = await imported(order(`${origin}/none`));
  expect([status, body.issue?.[0]?.details.text]).toEqual([422, expect.stringContaining('404')]);
});

test('addresses that are not public are not asked, unless the operator says so', async () => {
  const guarded = await openBulkServer();
  try {
    for (const url of [`${origin}/observations`, 'https://127.0.0.1/x', 'file:///etc/passwd']) {
      const { status } = await guarded.done(await guarded.start('POST', '$import', order(url)));
      expect([url, status]).toEqual([url, 422]);
    }
  } finally {
    await guarded.close();
  }
});

test.each([
  [{ resourceType: 'Parameters' }, 'input'],
  [order('nowhere'), 'url'],
  [{ resourceType: 'Parameters', parameter: [{ name: 'inputFormat', valueCode: 'text/csv' }] }, 'ndjson'],
  [{ resourceType: 'Parameters', parameter: [{ name: 'color', valueCode: 'red' }] }, 'inputSource'],
])('%j is refused', async (body, text) => {
  const answer = await server.send('POST', '$import', body, { Prefer: 'respond-async' });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
});

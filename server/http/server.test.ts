import { SERVER } from '../access/principal.ts';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { openTestEngine, type TestEngine } from '../../test/harness/test-engine.ts';
import { createLog } from '../kernel/log.ts';
import { createHttpServer, type HttpServer } from './server.ts';

const BODY_LIMIT = 100_000;
const FHIR_JSON = { 'content-type': 'application/fhir+json' };
const PATIENT = '{"resourceType":"Patient","name":[{"family":"Chalmers"}]}';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

let engine: TestEngine;
let http: HttpServer;
let port: number;

beforeAll(async () => {
  engine = await openTestEngine();
  http = start();
  port = await listening(http);
});

afterAll(async () => {
  await http.drain(1000);
  await engine.close();
});

function start(): HttpServer {
  return createHttpServer({
    engine: engine.engine,
    searchParameters: engine.searchParameters,
    log: createLog('silent', 'test'),
    isBaseUrlFixed: false,
    bodyLimit: BODY_LIMIT,
    maxRunning: 16,
    requestTimeout: 10_000,
    authenticate: () => ({ ...SERVER, tenant: 1 }),
    metricsText:
      ({ registry }) =>
      () =>
        registry.metrics(),
  });
}

function listening({ server }: HttpServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function send(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
  to = port,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port: to,
      method,
      path,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.end(body);
  });
}

async function created(): Promise<string> {
  const { headers } = await send('POST', '/fhir/R4/Patient', FHIR_JSON, PATIENT);
  return new URL(headers.location ?? '').pathname.replace(/\/_history.*/, '');
}

describe('a FHIR answer', () => {
  test('carries version, time, place and the number of the request', async () => {
    const answer = await send('POST', '/fhir/R4/Patient', { ...FHIR_JSON, 'x-request-id': 'r-1' }, PATIENT);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/fhir+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(answer.text)),
      etag: 'W/"1"',
      'x-request-id': 'r-1',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers.location).toMatch(new RegExp(`^http://localhost:${port}/fhir/R4/Patient/[^/]+/_history/1$`));
    expect(Date.parse(answer.headers['last-modified'] ?? '')).not.toBeNaN();
  });

  test('gets a number of its own when the one of the client could not stand in a log', async () => {
    const answer = await send('GET', '/fhir/R4/Patient/none', { 'x-request-id': 'a b\t{"level":60}' });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('to HEAD is that of GET without its body', async () => {
    const path = await created();
    const get = await send('GET', path);
    const head = await send('HEAD', path);
    expect(head.text).toBe('');
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers.etag).toBe(get.headers.etag);
  });

  test('is XML where Accept or _format ask for it, and indented on demand', async () => {
    const path = await created();
    const xml = await send('GET', path, { accept: 'application/fhir+xml' });
    expect(xml.headers['content-type']).toBe('application/fhir+xml; charset=utf-8');
    expect(xml.text).toContain('<family value="Chalmers"/>');
    expect((await send('GET', `${path}?_format=json`, { accept: 'application/fhir+xml' })).text).toMatch(/^\{"res/);
    expect((await send('GET', `${path}?_pretty=true`)).text).toMatch(/^\{\n {2}"resourceType": "Patient",\n/);
  });

  test('is empty where the client prefers that', async () => {
    const answer = await send('POST', '/fhir/R4/Patient', { ...FHIR_JSON, prefer: 'return=minimal' }, PATIENT);
    expect(answer).toMatchObject({ status: 201, text: '' });
    expect(answer.headers['content-length']).toBe('0');
    expect(answer.headers['content-type']).toBeUndefined();
  });
});

test.each([
  ['gzip', { ...FHIR_JSON, 'content-encoding': 'gzip' }, gzipSync(PATIENT)],
  ['XML', { 'content-type': 'application/fhir+xml; charset=utf-8' }, '<Patient xmlns="http://hl7.org/fhir"/>'],
  ['application/json', { 'content-type': 'application/json' }, PATIENT],
  ['fhirVersion=4.0', { 'content-type': 'application/fhir+json; fhirVersion=4.0' }, PATIENT],
])('a body as %s is taken', async (_name, headers, body) => {
  expect((await send('POST', '/fhir/R4/Patient', headers, body)).status).toBe(201);
});

test('a form of _search counts like the query', async () => {
  await created();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send('POST', '/fhir/R4/Patient/_search?_count=1', form, 'family=chalmers&_format=xml');
  expect(answer.status).toBe(200);
  expect(answer.text.match(/<entry>/g)).toHaveLength(1);
});

describe('is refused with an OperationOutcome', () => {
  const deep = `{"resourceType":"Patient","extension":${'['.repeat(100)}${']'.repeat(100)}}`;
  const patient = '/fhir/R4/Patient';
  test.each<[string, number, string, string, Record<string, string>, (string | Buffer)?]>([
    ['a body without a type', 415, 'POST', patient, {}, PATIENT],
    ['text', 415, 'POST', patient, { 'content-type': 'text/plain' }, PATIENT],
    ['FHIR R5', 415, 'POST', patient, { 'content-type': 'application/fhir+json; fhirVersion=5.0' }, PATIENT],
    ['another charset', 415, 'POST', patient, { 'content-type': 'application/fhir+json; charset=latin1' }, PATIENT],
    ['another encoding', 415, 'POST', patient, { ...FHIR_JSON, 'content-encoding': 'br' }, PATIENT],
    ['a form that is JSON', 415, 'POST', `${patient}/_search`, FHIR_JSON, PATIENT],
    ['bytes that are no UTF-8', 400, 'POST', patient, FHIR_JSON, Buffer.from([0x7b, 0xff, 0x7d])],
    ['broken gzip', 400, 'POST', patient, { ...FHIR_JSON, 'content-encoding': 'gzip' }, PATIENT],
    [
      'a gzip bomb',
      413,
      'POST',
      patient,
      { ...FHIR_JSON, 'content-encoding': 'gzip' },
      gzipSync(' '.repeat(5_000_000)),
    ],
    ['a body over the limit', 413, 'POST', patient, FHIR_JSON, ' '.repeat(BODY_LIMIT + 1)],
    ['a body far over the limit', 413, 'POST', patient, FHIR_JSON, ' '.repeat(BODY_LIMIT * 5)],
    ['deep JSON', 400, 'POST', patient, FHIR_JSON, deep],
    ['half a surrogate pair', 400, 'POST', patient, FHIR_JSON, '{"resourceType":"Patient","id":"\\ud800"}'],
    ['a NUL', 400, 'POST', patient, FHIR_JSON, '{"resourceType":"Patient","id":"\\u0000"}'],
    ['__proto__', 400, 'POST', patient, FHIR_JSON, '{"resourceType":"Patient","__proto__":{}}'],
    ['a DOCTYPE', 400, 'POST', patient, { 'content-type': 'application/fhir+xml' }, '<!DOCTYPE x><Patient/>'],
    ['a format that is not served', 406, 'GET', `${patient}/1`, { accept: 'text/turtle' }],
    ['a _format that is not served', 406, 'GET', `${patient}/1?_format=ttl`, {}],
    ['a method that FHIR does not use', 405, 'OPTIONS', patient, {}],
    ['a method that the path does not take', 405, 'DELETE', '/fhir/R4/metadata', {}],
    ['an unknown type', 404, 'GET', '/fhir/R4/patient/1', {}],
    ['an unknown path', 404, 'GET', '/fhir/R4/Patient/1/2/3', {}],
    ['a path that is not encoded', 400, 'GET', '/fhir/R4/Patient/%zz', {}],
    ['an ETag that is none', 400, 'PUT', `${patient}/1`, { ...FHIR_JSON, 'if-match': 'abc' }, PATIENT],
    ['a host name that is not ours', 421, 'GET', patient, { host: 'evil.example' }],
    ['a path outside of the base', 404, 'GET', '/patients', {}],
  ])('%s: %i', async (_name, status, method, path, headers, ...body) => {
    const before = await count();
    const answer = await send(method, path, headers, ...body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/fhir\+json/);
    const outcome = JSON.parse(answer.text) as {
      resourceType: string;
      issue: { severity: string; details: unknown }[];
    };
    expect(outcome.resourceType).toBe('OperationOutcome');
    expect(outcome.issue[0]).toMatchObject({ severity: 'error', details: { text: expect.stringMatching(/\w+ \w+/) } });
    expect(await count()).toEqual(before);
  });

  test('JSON that breaks off, with line and column', async () => {
    const answer = await send('POST', '/fhir/R4/Patient', FHIR_JSON, '{\n  "name": [}');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('"valueInteger":2');
    expect(answer.text).toContain('"valueInteger":12');
    expect(answer.text).toContain('"expression":["name[0]"]');
  });

  test('headers beyond 256 KB', async () => {
    const answer = await send('GET', `/fhir/R4/Patient?name=${'a'.repeat(300_000)}`);
    expect(answer.status).toBe(431);
    expect(answer.text).toContain('_search');
  });

  test('a URL that is not ASCII, with how it is written', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.end('GET /fhir/R4/Patient?name=é HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*"resourceType":"OperationOutcome".*%C3%A9/s);
  });

  test('a body without a length that goes on and on', async () => {
    const request = httpRequest({ port, method: 'POST', path: '/fhir/R4/Patient', headers: FHIR_JSON });
    const answered = new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    request.write(' '.repeat(BODY_LIMIT));
    request.write(' '.repeat(BODY_LIMIT));
    const answer = await answered;
    expect(answer.statusCode).toBe(413);
    answer.resume();
    request.end();
  });

  async function count(): Promise<unknown> {
    return engine.engine.db.query({ text: 'select count(*) from resource', values: [] });
  }
});

describe('outside of the FHIR base', () => {
  test.each(['/', '/live', '/ready', '/openapi.json'])('%s answers JSON', async (path) => {
    const answer = await send('GET', path);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toBeInstanceOf(Object);
  });

  test('/metrics counts requests by interaction and status', async () => {
    await send('GET', await created());
    const { text } = await send('GET', '/metrics');
    expect(text).toMatch(/fhir_request_duration_seconds_count\{interaction="read",status="200"\} [1-9]/);
    expect(text).toMatch(/database_connections\{state="idle"\} [0-9]/);
  });
});

test('a server that drains is not ready, finishes what it has, and closes its connections', async () => {
  const other = start();
  const to = await listening(other);
  const underWay = httpRequest({
    port: to,
    method: 'POST',
    path: '/fhir/R4/Patient',
    headers: { ...FHIR_JSON, 'content-length': PATIENT.length },
  });
  const answered = new Promise<IncomingMessage>((resolve) => underWay.on('response', resolve));
  underWay.write(PATIENT.slice(0, 10));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const drained = other.drain(5000);
  await expect(send('GET', '/ready', {}, '', to)).rejects.toThrow(/ECONNREFUSED/);
  await new Promise((resolve) => setTimeout(resolve, 300));
  underWay.end(PATIENT.slice(10));
  const answer = await answered;
  expect(answer.statusCode).toBe(201);
  expect(answer.headers.connection).toBe('close');
  answer.resume();
  await drained;
});

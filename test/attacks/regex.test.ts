import type { JsonObject } from '../../server/kernel/json.ts';
import { isMachineBusy } from '../harness/busy-machine.ts';
import { openGuardedServer, type GuardedServer } from './guarded-server.ts';

const MB = 1024 * 1024;

let server: GuardedServer;
let slowest = { what: '', ms: 0 };

beforeAll(async () => {
  server = await openGuardedServer();
  // What the first request of a kind loads is not what is measured.
  const headers = { authorization: `Bearer ${server.key}` };
  for (const path of ['Patient?name=a', 'Patient/1', '$fhirpath?expression=1']) {
    await (await fetch(`${server.base}/${path}`, { headers })).arrayBuffer();
  }
  await server.engine.engine.examine({ resourceType: 'Patient', active: true }, []);
});

afterAll(async () => {
  console.log(`slowest: ${slowest.what}, ${slowest.ms.toFixed(1)} ms`);
  await server.close();
});

/** Of a quiet machine it would be 50 ms; what a regular expression that backtracks takes is minutes. */
function expectQuick(what: string, ms: number): void {
  if (ms > slowest.ms) slowest = { what, ms };
  expect(ms).toBeLessThan(isMachineBusy() ? 5000 : 500);
}

const PRIMITIVES = [
  'Base64Binary',
  'Boolean',
  'Canonical',
  'Code',
  'Date',
  'DateTime',
  'Decimal',
  'Id',
  'Instant',
  'Integer',
  'Markdown',
  'Oid',
  'PositiveInt',
  'String',
  'Time',
  'UnsignedInt',
  'Uri',
  'Url',
  'Uuid',
];

/** A megabyte of what makes alternatives and repetitions of the usual patterns overlap, and what fails at its end. */
const HOSTILE: Readonly<Record<string, string>> = {
  'blanks in base64': `${'AAAA '.repeat(MB / 5)}!`,
  'valid base64': 'AAAA'.repeat(MB / 4),
  spaces: `${' '.repeat(MB)}!`,
  'words and spaces': `${'a '.repeat(MB / 2)} `,
  tabs: `${'\t'.repeat(MB)}x`,
  'line ends': `${'\r\n'.repeat(MB / 2)}x`,
  letters: `${'a'.repeat(MB)}!`,
  digits: `${'1'.repeat(MB)}!`,
  zeros: `${'0'.repeat(MB)}x`,
  points: `${'1.'.repeat(MB / 2)}x`,
  dashes: `${'a-'.repeat(MB / 2)}_`,
  'an oid': `urn:oid:${'1.'.repeat(MB / 2)}`,
  'a time': `2020-01-01T00:00:00.${'0'.repeat(MB)}x`,
  'a zone': `2020-01-01T00:00:00${'+00:00'.repeat(MB / 6)}`,
  'a uri': `http://${'a/'.repeat(MB / 2)} `,
  'percent signs': `http://a/${'%20'.repeat(MB / 3)}%`,
  brackets: `http://[${'['.repeat(MB)}`,
  markup: '<'.repeat(MB),
  'open tags': '<a '.repeat(MB / 3),
  comments: '<!--'.repeat(MB / 4),
  links: '[a]('.repeat(MB / 4),
  stars: '*_'.repeat(MB / 2),
  surrogates: '😀'.repeat(MB / 2),
};

test.each(PRIMITIVES)('a megabyte in value%s', async (type) => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const resource: JsonObject = { resourceType: 'Parameters', parameter: [{ name: 'a', [`value${type}`]: text }] };
    const started = performance.now();
    await server.engine.engine.examine(resource, []);
    expectQuick(`${type} of ${name}`, performance.now() - started);
  }
});

test('a megabyte in a narrative', async () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`;
    const resource: JsonObject = { resourceType: 'Patient', text: { status: 'generated', div } };
    const started = performance.now();
    await server.engine.engine.examine(resource, []);
    expectQuick(`narrative of ${name}`, performance.now() - started);
  }
});

const PARAMETERS = [
  '_id',
  '_lastUpdated',
  '_tag',
  '_profile',
  '_has:Observation:patient:code',
  'birthdate',
  'identifier',
  'name',
  'name:exact',
  'name:contains',
  'phone',
  'organization',
  'link:identifier',
  '_filter',
  '_sort',
  '_elements',
  '_include',
  '_revinclude',
  '_count',
  '_total',
  '_text',
  '_content',
  '_cursor',
];

test.each(PARAMETERS)('a search by %s', async (parameter) => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const started = performance.now();
    const response = await fetch(`${server.base}/Patient/_search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `${parameter}=${encodeURIComponent(text.slice(0, 100_000).toWellFormed())}`,
    });
    await response.text();
    expect(response.status).toBeLessThan(500);
    expectQuick(`${parameter} by ${name}`, performance.now() - started);
  }
});

test.each([
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a|a)*$')",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(([a-z])+.)+[A-Z]([a-z])+$')",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replaceMatches('(a*)*b', 'x')",
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(?=(a+))\\\\1+$')",
])('FHIRPath %s', async (expression) => {
  const started = performance.now();
  const response = await fetch(`${server.base}/$fhirpath?expression=${encodeURIComponent(expression)}`, {
    headers: { authorization: `Bearer ${server.key}` },
  });
  await response.text();
  expect(response.status).toBeLessThan(500);
  expectQuick(expression, performance.now() - started);
});

const HEADERS = [
  'accept',
  'accept-language',
  'authorization',
  'content-type',
  'cookie',
  'forwarded',
  'if-match',
  'if-modified-since',
  'if-none-exist',
  'if-none-match',
  'origin',
  'prefer',
  'x-forwarded-for',
  'x-request-id',
];

test.each(HEADERS)('the header %s', async (header) => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const value = text.slice(0, 20_000).replace(/[^\x20-\x7e]/g, 'a');
    const started = performance.now();
    const response = await fetch(`${server.base}/Patient/1`, {
      headers: { authorization: `Bearer ${server.key}`, [header]: value },
    });
    await response.text();
    expect(response.status).toBeLessThan(500);
    expectQuick(`${header} of ${name}`, performance.now() - started);
  }
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../server/fhir/engine.ts';
import type { Db, Statement } from '../../server/storage/db.ts';
import { openGuardedServer, type GuardedServer } from './guarded-server.ts';

const REQUESTS = 10_000;
const AT_ONCE = 8;
/** What is typed in, as a word and as a number: neither may stand in the text of a statement. */
const WORD = 'zqwxjv';
const NUMBER = '918273645';

let server: GuardedServer;
const statements = new Set<string>();

/** The same engine, whose statements are written down. */
function watched(engine: Engine): Engine {
  const watch = <T extends Pick<Db, 'query'>>(db: T): T =>
    Object.assign(Object.create(db) as T, {
      query: (statement: Statement) => {
        statements.add(statement.text);
        return db.query(statement);
      },
    });
  const watchDb = (db: Db): Db => {
    const transaction: Db['transaction'] = (work, options) => db.transaction((tx) => work(watch(tx)), options);
    return Object.assign(watch(db), { transaction });
  };
  return Object.assign(Object.create(engine) as Engine, { dbOf: (tenant: number) => watchDb(engine.dbOf(tenant)) });
}

beforeAll(async () => {
  server = await openGuardedServer({ wrap: watched });
  for (const id of ['1', '2', '3']) {
    const { status } = await send('PUT', `Patient/${id}`, {
      resourceType: 'Patient',
      id,
      name: [{ family: 'Chalmers' }],
    });
    expect(status).toBe(201);
  }
});

afterAll(() => server.close());

async function send(
  method: string,
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const response = await fetch(`${server.base}/${path}`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, 'Content-Type': 'application/fhir+json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response;
}

const PAYLOADS = [
  "' or '1'='1",
  "' or 1=1--",
  `'; drop table resource; --`,
  '"; drop table resource; --',
  "') union select body from resource --",
  '1; select pg_sleep(5)',
  "'||pg_sleep(5)||'",
  '$1',
  '$100',
  '$$',
  '$a$',
  "E'\\x27'",
  '\\',
  "\\'",
  '%',
  '_',
  '/**/',
  '--',
  '::text',
  '{a,b}',
  '{"a":1}',
  '\u0000',
  '\u0001',
  '＇ or 1=1',
  'ʼ or 1=1',
  '\ud800',
  '`id`',
  '[1]',
  'a|b|c',
  'a$b$c',
  '0x27',
  '1e999',
  'null',
  '-1',
  '(select 1)',
  ')',
  "';--",
];

const TYPES = ['Patient', 'Observation', 'Encounter', 'ValueSet', 'Binary'];
const NAMES = [
  '_id',
  '_lastUpdated',
  '_sort',
  '_count',
  '_total',
  '_include',
  '_revinclude',
  '_elements',
  '_summary',
  '_filter',
  '_has:Observation:patient:code',
  '_tag',
  '_security',
  '_profile',
  '_list',
  '_content',
  '_text',
  '_type',
  '_cursor',
  '_since',
  '_at',
  'name',
  'family',
  'birthdate',
  'identifier',
  'general-practitioner',
  'general-practitioner.name',
  'subject:Patient.name',
  'code',
  'value-quantity',
  'code-value-quantity',
  'date',
  'url',
  'near',
  'address-city',
  'deceased',
  'length',
  'context-type-value',
];
const MODIFIERS = [
  '',
  ':exact',
  ':contains',
  ':not',
  ':missing',
  ':text',
  ':in',
  ':not-in',
  ':above',
  ':below',
  ':of-type',
  ':identifier',
  ':iterate',
  ':Patient',
];
const FILTERS = [
  'name eq ',
  'birthdate ge ',
  'identifier eq a|',
  'not (name co ',
  'code in ',
  'subject.name sw ',
  '_id eq 1 or name eq ',
];

/** Mulberry32: the same requests in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(4);
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
const coin = (chance: number): boolean => next() < chance;

function hostile(): string {
  const payload = pick(PAYLOADS).toWellFormed();
  return coin(0.5) ? `${WORD}${payload}${NUMBER}` : `${payload} ${WORD} ${NUMBER}`;
}

/** Parameters of Patient that take any text, so that it arrives at the database. */
const TEXTS = [
  'family',
  'name:contains',
  'name:exact',
  'address-city',
  'identifier',
  'identifier:not',
  '_tag',
  'general-practitioner.name',
  '_has:Observation:patient:code',
  'link:identifier',
  '_text',
  'phone',
];

function acceptable(): string {
  const value = hostile().replace(/[\u0000\\|,$]/g, '');
  return `${pick(TEXTS)}=${encodeURIComponent(value)}`;
}

function pair(): string {
  const name = coin(0.1) ? hostile() : `${pick(NAMES)}${pick(MODIFIERS)}${coin(0.1) ? hostile() : ''}`;
  const value =
    name === '_filter' ? `${pick(FILTERS)}${hostile()}` : coin(0.3) ? `${pick(NAMES)},${hostile()}` : hostile();
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

function attack(): Promise<Response> {
  if (coin(0.3)) return send('GET', `Patient?${acceptable()}&${acceptable()}`);
  const query = Array.from({ length: 1 + Math.floor(next() * 3) }, pair).join('&');
  const type = pick(TYPES);
  const path = encodeURIComponent(hostile());
  switch (Math.floor(next() * 10)) {
    case 0:
      return send('GET', `${type}/${path}`);
    case 1:
      return send('GET', `${type}/${path}/_history/${encodeURIComponent(hostile())}?${query}`);
    case 2:
      return send('GET', `Patient/1/${type}?${query}`);
    case 3:
      return send('POST', type, { resourceType: type, id: hostile(), language: hostile() }, { 'If-None-Exist': query });
    case 4:
      return send('PUT', `${type}?${query}`, { resourceType: type });
    case 5:
      return send('GET', `${type}/_history?${query}`);
    default:
      return send('GET', `${type}?${query}`);
  }
}

function wordsOf(text: string): string[] {
  return [...new Set(text.match(/[A-Za-z_]{2,}/g) ?? [])];
}

/** Every word that the source code holds: what a statement says beyond these came from somewhere else. */
const folder = join(__dirname, '../../server');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const known = new Set(sources.flatMap((file) => wordsOf(readFileSync(join(folder, file), 'utf8'))));

test(`${REQUESTS} hostile requests: no answer is 5xx, nothing that was typed in is in the text of a statement`, async () => {
  const byStatus = new Map<number, number>();
  let left = REQUESTS;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { status } = await attack();
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  console.log(`answers by status: ${JSON.stringify([...byStatus].sort())}; ${statements.size} texts of statements`);
  expect([...byStatus.keys()].filter((status) => status >= 500)).toEqual([]);
  expect([...statements].filter((text) => text.toLowerCase().includes(WORD) || text.includes(NUMBER))).toEqual([]);
  expect(wordsOf([...statements].join(' ')).filter((word) => !known.has(word.replace(/^w_/, '')))).toEqual([]);
  // What was refused everywhere would prove nothing.
  expect(byStatus.get(200) ?? 0).toBeGreaterThan(REQUESTS / 20);
  const patients = (await (
    await fetch(`${server.base}/Patient?family=Chalmers`, { headers: { authorization: `Bearer ${server.key}` } })
  ).json()) as { total?: number; entry: object[] };
  expect(patients.entry).toHaveLength(3);
}, 240_000);

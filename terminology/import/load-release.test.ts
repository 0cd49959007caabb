import { readFileSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBulkConnection } from '../../server/storage/bulk-connection.ts';
import { writeSyntheticRelease } from '../../test/bench/terminology/synthetic-release.ts';
import { csv } from './formats/csv.ts';
import { rf2 } from './formats/rf2/rf2.ts';
import { RF2_FILES, rf2Contents } from './formats/rf2/rf2.fixture.ts';
import { TINY, tinyRf2 } from './formats/rf2/tiny-rf2.fixture.ts';
import { openReleaseDatabase, type ReleaseDatabase } from './loaded-release.fixture.ts';
import { loadRelease, type LoadOptions } from './load-release.ts';
import { writeZip } from './write-zip.fixture.ts';

const SNOMED = 'http://snomed.info/sct';
const FIRST = `${SNOMED}/900000000000207008/version/20240101`;
const options = { format: rf2, licenceAccepted: true };

let database: ReleaseDatabase;
beforeEach(async () => {
  database = await openReleaseDatabase();
});
afterEach(() => database.close());

/** Names of tables, and the states of releases. */
async function left(): Promise<unknown> {
  const tables = await database.db.query<{ name: string }>({
    text: `select relname as name from pg_class where relnamespace = 'terminology'::regnamespace and relkind = 'r' order by 1`,
    values: [],
  });
  const releases = await database.db.query<{ state: string }>({
    text: 'select state from terminology.release order by id',
    values: [],
  });
  return { tables: tables.map(({ name }) => name), states: releases.map(({ state }) => state) };
}

const NOTHING = { tables: ['load_progress', 'release'], states: [] };

test('a licensed release is refused without its licence', async () => {
  const report = await database.loadZip('r.zip', rf2Contents(tinyRf2()), { ...options, licenceAccepted: false });
  expect(report).toMatchObject({ outcome: 'rejected', errors: 1 });
  expect(report.problems[0]?.text).toContain('SNOMED CT Affiliate Licence (https://www.snomed.org/get-snomed)');
  expect(await left()).toEqual(NOTHING);
});

test('a dry run checks and writes nothing', async () => {
  const path = join(database.folder, 'r.zip');
  await writeZip(path, rf2Contents(tinyRf2()));
  const report = await loadRelease({ ...options, path }, undefined, () => undefined);
  expect(report).toMatchObject({ outcome: 'valid', version: FIRST, concepts: 28, errors: 0 });
  expect(report.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(await left()).toEqual(NOTHING);
});

/** The tiny release with one of its files changed. */
function changed(
  part: keyof typeof RF2_FILES,
  change: (text: string) => string | Buffer | undefined,
): Record<string, string | Buffer> {
  const contents: Record<string, string | Buffer> = rf2Contents(tinyRf2());
  const { name } = RF2_FILES[part];
  const replaced = change(String(contents[name]));
  if (replaced === undefined) Reflect.deleteProperty(contents, name);
  else contents[name] = replaced;
  return contents;
}

const appended = (line: string) => (text: string) => `${text}${line}\r\n`;
const isA = (child: string, parent: string): string =>
  `1\t20240101\t1\t900000000000207008\t${child}\t${parent}\t0\t116680003\t900000000000011006\t900000000000451002`;

test.each([
  [
    'a missing file',
    changed('relationships', () => undefined),
    'r.zip',
    undefined,
    'has no file sct2_Relationship_Snapshot_…; a release with a Snapshot folder is needed',
  ],
  [
    'a missing column',
    changed('concepts', (text) => text.replace('definitionStatusId', 'status')),
    RF2_FILES.concepts.name,
    1,
    'has no column definitionStatusId; its columns are id, effectiveTime, active, moduleId, status',
  ],
  [
    'too few columns',
    changed('concepts', appended('900000000000003001\t20240101')),
    RF2_FILES.concepts.name,
    30,
    'has 2 columns where 5 are needed',
  ],
  [
    'a wrong check digit',
    changed('concepts', appended('900000000000003002\t20240101\t1\t900000000000207008\t900000000000074008')),
    RF2_FILES.concepts.name,
    30,
    '"900000000000003002" is not an identifier: 6 to 18 digits with a check digit are expected',
  ],
  [
    'a duplicate code',
    changed('concepts', appended(`${TINY.ache}\t20240101\t1\t900000000000207008\t900000000000074008`)),
    RF2_FILES.concepts.name,
    30,
    `the code ${TINY.ache} was there before`,
  ],
  [
    'an unknown target',
    changed('relationships', appended(isA(TINY.ache, '123456'))),
    RF2_FILES.relationships.name,
    28,
    'the concept 123456 is not in the release; load an edition, not an extension alone',
  ],
  [
    'a circle',
    changed('relationships', appended(isA(TINY.ache, TINY.headache))),
    'r.zip',
    undefined,
    `the hierarchy has a circle: ${TINY.ache} is below ${TINY.headache} is below ${TINY.ache}`,
  ],
  [
    'a wrong encoding',
    changed('descriptions', (text) => Buffer.from(text.replace('Céphalée', 'C\xe9phal\xe9e'), 'latin1')),
    RF2_FILES.descriptions.name,
    10,
    'is not UTF-8 text',
  ],
  [
    'a concrete value that is none',
    changed(
      'concreteValues',
      appended(
        `1\t20240101\t1\t900000000000207008\t${TINY.pill}\tten\t0\t${TINY.strength}\t900000000000011006\t900000000000451002`,
      ),
    ),
    RF2_FILES.concreteValues.name,
    4,
    'the value ten is neither a #number nor a "text"',
  ],
])('%s: rejected with file and line, the former version answers', async (_, contents, file, line, text) => {
  const before = await database.loadZip('before.zip', rf2Contents(tinyRf2()), options);
  expect(before).toMatchObject({ outcome: 'loaded' });
  const former = await left();
  const report = await database.loadZip('r.zip', contents, { ...options, version: FIRST.replace('2024', '2025') });
  expect(report).toMatchObject({ outcome: 'rejected', errors: 1 });
  expect(report.problems.filter(({ severity }) => severity === 'error')).toEqual([
    { severity: 'error', file, text, ...(line === undefined ? {} : { line }) },
  ]);
  expect(await left()).toEqual(former);
  expect((await database.store.codeSystem(SNOMED, undefined))?.version).toBe(FIRST);
});

test.each([0.5, 0.98])('a zip cut off at %d of its size', async (part) => {
  const path = join(database.folder, 'cut.zip');
  await writeZip(path, rf2Contents(tinyRf2()));
  truncateSync(path, Math.floor(statSync(path).size * part));
  const report = await loadRelease({ ...options, path }, database.connection, () => undefined);
  expect(report).toMatchObject({ outcome: 'rejected', problems: [{ file: 'cut.zip' }] });
  expect(report.problems[0]?.text).toMatch(/^is not a whole zip file \(.*\); copy or download it again$/);
  expect(await left()).toEqual(NOTHING);
});

test('a zip whose content is damaged', async () => {
  const path = join(database.folder, 'damaged.zip');
  await writeZip(path, { 'things.csv': 'code,display\na,A thing that is long enough to be packed, packed, packed\n' });
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(45) ^ 255, 45);
  writeFileSync(path, bytes);
  const report = await loadRelease(
    { path, format: csv, url: 'http://example.org/x', version: '1', licenceAccepted: false },
    database.connection,
    () => undefined,
  );
  expect(report).toMatchObject({ outcome: 'rejected', problems: [{ file: 'things.csv' }] });
  expect(await left()).toEqual(NOTHING);
});

test('more than a hundred errors end the load', async () => {
  const rows = Array.from({ length: 500 }, () => 'a,A').join('\n');
  const report = await database.loadZip(
    'many.zip',
    { 'many.csv': `code,display\n${rows}` },
    { format: csv, url: 'http://example.org/x', version: '1', licenceAccepted: false },
  );
  expect(report).toMatchObject({ outcome: 'rejected', errors: 102 });
  expect(report.problems.at(-1)?.text).toBe('more than 100 errors; the rest of the release was not read');
  expect(await left()).toEqual(NOTHING);
});

test('a hierarchy of 10,000 levels is refused, one of 1,500 is not', async () => {
  const chain = (length: number): string =>
    `code,parent\n${Array.from({ length }, (_, at) => `c${at},${at === 0 ? '' : `c${at - 1}`}`).join('\n')}`;
  const deep: Omit<LoadOptions, 'path'> = {
    format: csv,
    url: 'http://example.org/deep',
    version: '1',
    licenceAccepted: false,
  };
  const report = await database.loadZip('deep.zip', { 'deep.csv': chain(10_000) }, deep);
  expect(report.problems[0]?.text).toMatch(/^the concept c2001 is below more than 2,000 others/);
  expect(await database.loadZip('less.zip', { 'deep.csv': chain(1500) }, deep)).toMatchObject({ outcome: 'loaded' });
  const system = await database.store.codeSystem('http://example.org/deep', undefined);
  expect(await system?.isBelow('c0', 'c1499')).toBe(true);
});

test('versions stand side by side; the newest load is current, unless it is to stand aside', async () => {
  const second = FIRST.replace('2024', '2025');
  const third = FIRST.replace('2024', '2026');
  await database.loadZip('a.zip', rf2Contents(tinyRf2()), options);
  await database.loadZip('b.zip', rf2Contents(tinyRf2()), { ...options, version: second });
  await database.loadZip('c.zip', rf2Contents(tinyRf2()), { ...options, version: third, keepCurrent: true });
  expect(await database.store.versions(SNOMED)).toEqual([second, third, FIRST]);
  expect((await database.store.codeSystem(SNOMED, undefined))?.version).toBe(second);
  expect((await database.store.codeSystem(SNOMED, FIRST))?.version).toBe(FIRST);
  expect((await database.store.codeSystem(SNOMED, `${SNOMED}/900000000000207008`))?.version).toBe(second);
  expect(await database.store.codeSystem(SNOMED, `${SNOMED}/1/version/1`)).toBeUndefined();
  expect(await database.store.codeSystem('http://example.org/none', undefined)).toBeUndefined();
});

test('the same version loaded again replaces the one before at the moment of the switch', async () => {
  await database.loadZip('a.zip', rf2Contents(tinyRf2()), options);
  const before = await database.store.codeSystem(SNOMED, FIRST);
  const lines = tinyRf2();
  const renamed = {
    ...lines,
    descriptions: lines.descriptions.map((line) => line.replace('\tAche\t', '\tPain itself\t')),
  };
  await database.loadZip('b.zip', rf2Contents(renamed), options);
  const after = await database.store.codeSystem(SNOMED, FIRST);
  expect((await before?.find([TINY.ache]))?.get(TINY.ache)?.display).toBe('Ache');
  expect((await after?.find([TINY.ache]))?.get(TINY.ache)?.display).toBe('Pain itself');
  expect(await database.store.versions(SNOMED)).toEqual([FIRST]);
});

test('a load whose connection was killed continues from what is there', async () => {
  const path = join(database.folder, 'large.zip');
  await writeSyntheticRelease(path, 20_000);
  const victim = await openBulkConnection(database.connectionString);
  const [{ pid } = { pid: 0 }] = await victim.query<{ pid: number }>({
    text: 'select pg_backend_pid() as pid',
    values: [],
  });
  let killed: Promise<unknown> | undefined;
  const first = loadRelease({ ...options, path }, victim, ({ phase }) => {
    if (phase === 'indexing') killed ??= database.db.query({ text: 'select pg_terminate_backend($1)', values: [pid] });
  });
  await expect(first).rejects.toThrow(/terminat/);
  await killed;
  await victim.close().catch(() => undefined);
  expect(await left()).toMatchObject({ states: ['staging'] });
  expect(await database.store.versions(SNOMED)).toEqual([]);

  const wroteBefore = await written();
  const report = await loadRelease({ ...options, path }, database.connection, () => undefined);
  expect(report).toMatchObject({ outcome: 'loaded', isResumed: true, concepts: 20_000 });
  expect(await written()).toEqual(wroteBefore);
  const system = await database.store.codeSystem(SNOMED, undefined);
  expect(await system?.select({ filters: [], isActiveOnly: true, offset: 0, count: 1 })).toMatchObject({
    total: 20_000,
  });
});

/** Transaction numbers of the rows: what is loaded twice has another one. */
function written(): Promise<unknown[]> {
  return database.db.query({
    text: 'select count(*)::integer as rows, min(xmin::text) as first, max(xmin::text) as last from terminology.concept_1',
    values: [],
  });
}

test('other input of the same version starts anew', async () => {
  await database.connection.query({
    text: `insert into terminology.release (url, version, state, format, sha256) values ($1, $2, 'staging', 'rf2', 'other')`,
    values: [SNOMED, FIRST],
  });
  const report = await database.loadZip('a.zip', rf2Contents(tinyRf2()), options);
  expect(report).toMatchObject({ outcome: 'loaded', isResumed: false });
  expect(await left()).toMatchObject({ states: ['active'] });
});

test('two loads of one system at a time: the second is refused', async () => {
  const other = await openBulkConnection(database.connectionString);
  try {
    await other.query({ text: `select pg_advisory_lock(hashtextextended('terminology ' || $1, 0))`, values: [SNOMED] });
    const report = await database.loadZip('a.zip', rf2Contents(tinyRf2()), options);
    expect(report.problems[0]?.text).toBe(`another load of ${SNOMED} is running; wait for its end`);
  } finally {
    await other.close();
  }
});

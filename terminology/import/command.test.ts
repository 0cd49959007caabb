import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rf2Contents } from './formats/rf2/rf2.fixture.ts';
import { tinyRf2 } from './formats/rf2/tiny-rf2.fixture.ts';
import { runTerminologyCommand } from './command.ts';
import { openReleaseDatabase, type ReleaseDatabase } from './loaded-release.fixture.ts';
import { writeZip } from './write-zip.fixture.ts';

const SNOMED = 'http://snomed.info/sct';
const [OLD, NEW] = ['20230101', '20240101'].map((date) => `${SNOMED}/900000000000207008/version/${date}`) as [
  string,
  string,
];

let database: ReleaseDatabase;
let release: string;
beforeAll(async () => {
  database = await openReleaseDatabase();
  release = join(database.folder, 'release.zip');
  await writeZip(release, rf2Contents(tinyRf2()));
});
afterAll(() => database.close());

async function run(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const texts = { out: '', err: '' };
  const open = async () => ({ connectionString: database.connectionString, close: () => Promise.resolve() });
  const code = await runTerminologyCommand(argv, open, {
    out: { write: (text: string) => (texts.out += text) },
    err: { write: (text: string) => (texts.err += text) },
  });
  return { code, ...texts };
}

test.each([
  [[], 'load, list, use or remove is expected'],
  [['load'], 'name the file or folder of the release'],
  [
    ['load', 'x.zip', '--type', 'floppy'],
    '--type takes one of rf2, loinc, rxnorm, icd10cm, icd10cm-order, cvx, ndc, hcpcs, nucc, csv, fhir',
  ],
  [['load', '--colour', 'red'], "Unknown option '--colour'"],
  [['remove', SNOMED], 'remove takes the url and the version of a release; list shows them'],
])('wrong arguments %j', async (argv, text) => {
  const { code, err } = await run(...argv);
  expect(code).toBe(2);
  expect(err).toContain(text);
  expect(err).toContain('usage: athanor terminology load');
});

test('help', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, err: '' });
});

test('what is refused is told with file and line, and what to do', async () => {
  expect(await run('load', release, '--type', 'rf2')).toMatchObject({
    code: 1,
    out: `error: ${release}: SNOMED CT is licensed: SNOMED CT Affiliate Licence (https://www.snomed.org/get-snomed). Load it with --accept-licence when you hold that licence\nRejected: the release, 1 errors. What answered before answers still.\n`,
  });
  expect((await run('load', join(database.folder, 'none.zip'), '--type', 'csv')).out).toContain(
    'none.zip: no such file or folder',
  );
  const table = join(database.folder, 'table.csv');
  writeFileSync(table, 'code,display,parent\na,A,\nb,"B\nb",c\n');
  const { code, out } = await run(
    'load',
    table,
    '--type',
    'csv',
    '--url',
    'http://example.org/t',
    '--version',
    '1',
    '--dry-run',
  );
  expect(code).toBe(1);
  expect(out).toContain('error: table.csv, line 3: the parent c is not in the file\n');
});

test('load, list, use, remove', async () => {
  expect((await run('list')).out).toBe('There is no release; load one with athanor terminology load.\n');
  const dry = await run('load', release, '--type', 'rf2', '--accept-licence', '--dry-run');
  expect(dry.out).toMatch(
    /^Valid, nothing written: http:\/\/snomed.info\/sct, version .*, 28 concepts of \d+ rows, sha256 [0-9a-f]{64}\n$/,
  );
  expect((await run('list')).out).toContain('There is no release');
  const loaded = await run('load', release, '--type', 'rf2', '--accept-licence');
  expect(loaded).toMatchObject({ code: 0 });
  expect(loaded.err).toMatch(/hashing 0 %[^]*reading [^]*indexing/);
  await run('load', release, '--type', 'rf2', '--accept-licence', '--version', OLD, '--keep-current');
  expect((await run('list')).out).toMatch(
    new RegExp(`${SNOMED} ${NEW}\n {4}current, rf2, 28 concepts, \\d+ MB, [^]*${OLD}\n {4}by version, rf2`),
  );
  expect(await run('use', SNOMED, OLD)).toMatchObject({ code: 0 });
  expect(await database.store.versions(SNOMED)).toEqual([OLD, NEW]);
  expect(await run('remove', SNOMED, OLD)).toMatchObject({ code: 0 });
  expect(await database.store.versions(SNOMED)).toEqual([NEW]);
  expect(await run('remove', SNOMED, OLD)).toMatchObject({
    code: 1,
    err: `athanor terminology: there is no version ${OLD} of ${SNOMED}; list shows what is there\n`,
  });
});

test('tables of what was removed go with a later command', async () => {
  const tables = (): Promise<unknown[]> =>
    database.db.query({
      text: `select relname from pg_class where relname like 'concept\\__' and relkind = 'r' order by 1`,
      values: [],
    });
  expect(await tables()).toHaveLength(2);
  await database.db.query({
    text: `update terminology.release set changed = now() - interval '2 minutes'`,
    values: [],
  });
  await run('list');
  expect(await tables()).toHaveLength(1);
});

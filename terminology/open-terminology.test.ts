import { loadBaseCanonicals } from '../server/definitions/base-canonicals.ts';
import type { JsonObject } from '../server/kernel/json.ts';
import type { Queryable } from '../server/storage/db.ts';
import { rf2 } from './import/formats/rf2/rf2.ts';
import { rf2Contents } from './import/formats/rf2/rf2.fixture.ts';
import { TINY, tinyRf2 } from './import/formats/rf2/tiny-rf2.fixture.ts';
import { openReleaseDatabase, type ReleaseDatabase } from './import/loaded-release.fixture.ts';
import { openTerminology, type OpenTerminology } from './open-terminology.ts';

const SNOMED = 'http://snomed.info/sct';
const HEADACHES = `${SNOMED}?fhir_vs=isa/${TINY.headache}`;

let database: ReleaseDatabase;
let terminology: OpenTerminology;
let statements = 0;

beforeAll(async () => {
  database = await openReleaseDatabase();
  await database.loadZip('tiny.zip', rf2Contents(tinyRf2()), { format: rf2, licenceAccepted: true });
  const counted: Queryable = {
    query(statement) {
      statements += 1;
      return database.db.query(statement);
    },
  };
  terminology = openTerminology({
    db: counted,
    canonicals: loadBaseCanonicals,
    upstream: new Map(),
    expansionLimit: 100,
    now: () => 0,
  });
});

afterAll(() => database.close());

test('validation asks the database once for many codes, and then not at all', async () => {
  const question = (code: string, display?: string) => ({
    valueSet: HEADACHES,
    codings: [{ system: SNOMED, code, ...(display === undefined ? {} : { display }) }],
    impliesSystem: false,
  });
  const unknown = Array.from({ length: 200 }, (_, index) => question(`${1000 + index}`));
  const questions = [
    question(TINY.headache, 'headache'),
    question(TINY.tensionHeadache),
    question(TINY.toothache),
    question(TINY.headache, 'Nonsense'),
    ...unknown,
  ];
  expect(terminology.codes.known(question(TINY.headache))).toBeUndefined();
  statements = 0;
  const answers = await terminology.codes.ask(questions);
  expect(statements).toBeLessThan(10);
  expect(answers.slice(0, 3).map(({ isMember }) => isMember)).toEqual([true, true, false]);
  expect(answers.slice(0, 3).flatMap(({ problems }) => problems)).toEqual([]);
  expect(answers[3]?.problems).toMatchObject([{ about: 'display', severity: 'error' }]);
  expect(answers.slice(4).every(({ problems }) => problems[0]?.about === 'code')).toBe(true);
  statements = 0;
  expect(questions.map((each) => terminology.codes.known(each))).toEqual(answers);
  expect(statements).toBe(0);
});

test('search knows value sets and hierarchies in the database', async () => {
  const { search } = terminology.port;
  const codes = (members: readonly { readonly code: string }[]): string[] => members.map(({ code }) => code).sort();
  expect(codes(await search.valueSet(HEADACHES, 100))).toEqual([TINY.headache, TINY.tensionHeadache].sort());
  const member = { system: SNOMED, code: TINY.headache };
  expect(codes(await search.hierarchy('below', member, 100))).toEqual([TINY.headache, TINY.tensionHeadache].sort());
  expect(codes(await search.hierarchy('above', member, 100))).toEqual(
    expect.arrayContaining([TINY.headache, TINY.ache]),
  );
  await expect(search.valueSet('http://example.org/none', 100)).rejects.toMatchObject({ status: 404 });
});

test('a closure table over a code system in the database', async () => {
  const name = { name: 'name', valueString: 'aches' };
  const concept = (code: string): JsonObject => ({ name: 'concept', valueCoding: { system: SNOMED, code } });
  const call = (...parameters: JsonObject[]) =>
    database.db.transaction((tx) => terminology.port.closure({ parameters }, { db: tx, tenant: 1, now: () => 0 }));
  await call(name);
  const { group } = await call(name, concept(TINY.tensionHeadache), concept(TINY.ache));
  expect(group).toMatchObject([{ element: [{ code: TINY.tensionHeadache, target: [{ code: TINY.ache }] }] }]);
});

test('the release is among what is held', async () => {
  const { codeSystem } = await terminology.port.capabilities(['filter']);
  expect(codeSystem).toContainEqual(
    expect.objectContaining({ uri: SNOMED, version: [expect.objectContaining({ isDefault: true })] }),
  );
});

import type { ResourceOf } from '#sdk';
import { agreementOf } from './agreement.ts';
import { scoreOf } from './grade.ts';
import { folded, similarity } from './text.ts';

type Patient = ResourceOf<'Patient'>;

const KNOWN = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:oid:1.2.3', value: '7' }],
  name: [{ family: 'Müller', given: ['Anna', 'Maria'] }],
  birthDate: '1984-05-17',
  gender: 'female',
  telecom: [{ system: 'phone', value: '+43 1 555 0100' }],
  address: [{ line: ['3 Kiln Street'], postalCode: 'AF1 2KS' }],
} satisfies Patient;
const { identifier, name, birthDate, gender, telecom, address } = KNOWN;
const named = (family: string, given: string): NonNullable<Patient['name']> => [{ family, given: [given] }];

const CASES: readonly (readonly [string, Partial<Patient>, string | undefined])[] = [
  ['everything', KNOWN, 'certain'],
  ['the identifier alone', { identifier }, 'certain'],
  ['identifier, name and birth date', { identifier, name, birthDate }, 'certain'],
  ['the identifier with another family name', { identifier, name: named('Weber', 'Anna'), birthDate }, 'possible'],
  ['the identifier of somebody born on another day', { identifier, name, birthDate: '1951-11-02' }, 'possible'],
  ['name, birth date and telephone', { name, birthDate, telecom }, 'certain'],
  ['name, birth date and address', { name, birthDate, address, gender }, 'certain'],
  ['the same person of another gender', { name, birthDate, telecom, gender: 'male' }, 'probable'],
  ['name and birth date', { name, birthDate, gender }, 'probable'],
  [
    'name written without accent',
    { name: named('MULLER', 'anna'), birthDate, telecom: [{ system: 'phone', value: '01 5550100' }] },
    'certain',
  ],
  ['a name with a slip', { name: named('Muller', 'Anna'), birthDate: '1984-05-17', gender }, 'probable'],
  ['a given name with a slip', { name: named('Müller', 'Annna'), birthDate, telecom }, 'probable'],
  ['a slip in the year', { name, birthDate: '1985-05-17', gender }, 'probable'],
  ['the year alone', { name, birthDate: '1984', gender }, 'possible'],
  ['the name alone', { name }, 'possible'],
  ['a twin', { name: named('Müller', 'Eva'), birthDate, gender, telecom, address }, 'possible'],
  ['another one born on that day', { name: named('Okafor', 'Chidi'), birthDate, gender: 'male' }, undefined],
  [
    'another one at the same address',
    { name: named('Müller', 'Karl'), birthDate: '1951-11-02', address, telecom },
    undefined,
  ],
  ['nothing', {}, undefined],
];

test.each(CASES)('%s: %j is %s', (_what, described, grade) => {
  expect(scoreOf(agreementOf({ resourceType: 'Patient', ...described }, KNOWN)).grade).toBe(grade);
});

test.each([
  ['1984-05-07', '1984-05-07', 1],
  ['1984-05-07', '1984-07-05', 0.6],
  ['1984-05-07', '1984-05-08', 0.5],
  ['1984-05-07', '1984-05', 0.4],
  ['1984', '1984', 0.4],
  ['1984', '1985', 0],
  ['1984-05-07', '1985-05-08', 0],
])('a birth on %s and one on %s agree by %d', (a, b, degree) => {
  const [one, other] = [a, b].map((date) => ({ resourceType: 'Patient', birthDate: date }) as const);
  if (one === undefined || other === undefined) throw new Error('two dates');
  expect([agreementOf(one, other).birthDate, agreementOf(other, one).birthDate]).toEqual([degree, degree]);
});

test('children of one birth with the same name are not certain', () => {
  const child = { ...KNOWN, identifier: [] };
  const score = scoreOf(agreementOf({ ...child, multipleBirthInteger: 1 }, { ...child, multipleBirthInteger: 2 }));
  expect(score.grade).toBe('possible');
});

test('a score is between 0 and 1, and grows with what agrees', () => {
  const scores = [{}, { name }, { name, gender, birthDate }, { name, gender, birthDate, identifier }].map(
    (described) => scoreOf(agreementOf({ resourceType: 'Patient', ...described }, KNOWN)).score,
  );
  expect(scores).toEqual([...scores].sort((a, b) => a - b));
  expect([scores[0], scores.at(-1)]).toEqual([0, 1]);
});

// Published pairs: Winkler (1990), table of string comparators.
test.each([
  ['martha', 'marhta', 0.961],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.813],
  ['', 'x', 0],
  ['abc', 'abc', 1],
])('%s and %s are similar by %d', (a, b, expected) => {
  expect(similarity(a, b)).toBeCloseTo(expected, 3);
  expect(similarity(b, a)).toBeCloseTo(expected, 3);
});

test('names are compared without case, accents and signs', () => {
  expect(['O’Brien-Müller', 'Łukasz', 'STRAßE'].map(folded)).toEqual(['obrienmuller', 'lukasz', 'strasse']);
});

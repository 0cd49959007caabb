import type { JsonObject } from '../../../server/kernel/json.ts';
import { isAnotherPerson } from './same-person.ts';

function person(family: string, given: string, birthDate?: string): JsonObject {
  return { name: [{ family, given: given.split(' ') }], ...(birthDate === undefined ? {} : { birthDate }) };
}

const OONA = person('Byrne', 'Oona Mary', '1980-05-06');

test.each<[string, JsonObject, boolean]>([
  ['the same', OONA, false],
  ['married', person('Kowalski', 'Oona', '1980-05-06'), false],
  ['day and month swapped', person('Byrne', 'Oona', '1980-06-05'), false],
  ['another day', person('Byrne', 'Oona', '1980-05-16'), false],
  ['another year and day, names alike', person('BYRNE', 'O', '1981-05-16'), false],
  ['a slip in the name, another birth date', person('Byren', 'Oona', '1975-01-30'), false],
  ['without a birth date', person('Kowalski', 'Jan'), false],
  ['a birth year only, the same', person('Kowalski', 'Jan', '1980'), false],
  ['another family name and birth date', person('Kowalski', 'Oona', '1951-11-23'), true],
  ['another given name and birth date', person('Byrne', 'Patrick', '1951-11-23'), true],
  ['other names, slightly another birth date', person('Kowalski', 'Jan', '1980-05-16'), true],
  ['another year only', person('Kowalski', 'Jan', '1951'), true],
  ['no name, another birth date', { birthDate: '1951-11-23' }, false],
])('%s', (_what, said, is) => {
  expect(isAnotherPerson(OONA, said)).toBe(is);
  expect(isAnotherPerson(said, OONA)).toBe(is);
});

test('accents and scripts are compared as letters', () => {
  const born = (date: string, family: string): JsonObject => person(family, 'X', date);
  expect(isAnotherPerson(born('1980-05-06', 'Müller'), born('1951-11-23', 'MULLER'))).toBe(false);
  expect(isAnotherPerson(born('1980-05-06', '山田'), born('1951-11-23', '山田'))).toBe(false);
  expect(isAnotherPerson(born('1980-05-06', '山田'), born('1951-11-23', '佐藤'))).toBe(true);
});

import { animals } from '../resource/resource.fixture.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { isDisplay, languageChoice, shownDisplay } from './languages.ts';

const system = resourceCodeSystem(animals);

test.each<[string, string, string | undefined]>([
  ['en', 'dog', 'Dog'],
  ['de', 'dog', 'Hund'],
  ['de-AT', 'dog', 'Hund'],
  ['fr', 'dog', 'Chien'],
  ['nl,fr;q=0.2,de;q=0.7', 'dog', 'Hund'],
  ['nl', 'dog', 'Dog'],
  ['nl, *;q=0', 'dog', undefined],
  ['de, *;q=0', 'whale', undefined],
  ['de;q=0, en', 'dog', 'Dog'],
  ['', 'dog', 'Dog'],
  ['*', 'dog', 'Dog'],
])('%s: %s is shown as %s', async (text, code, expected) => {
  const concept = (await system.find([code])).get(code);
  expect(concept && shownDisplay(system, concept, languageChoice(text)).display).toBe(expected);
});

test.each([
  ['de,*', 'de,*'],
  ['de,*;q=0', 'de, *; q=0'],
  ['en , it', 'en,it'],
])('%s is echoed as %s', (text, echoed) => {
  expect(languageChoice(text)?.text).toBe(echoed);
});

test('notes about a concept are no displays of it', () => {
  expect(isDisplay({ value: 'Dog' })).toBe(true);
  expect(isDisplay({ value: 'Dog', use: { system: 'http://snomed.info/sct', code: '900000000000013009' } })).toBe(true);
  expect(isDisplay({ value: 'Ye olde dog', use: { system: 'http://clinic.example.org/use', code: 'olde' } })).toBe(
    false,
  );
});

import type { JsonObject } from '../../server/kernel/json.ts';
import { objectsAt } from '../resource/elements.ts';
import { ANIMALS, animals } from '../resource/resource.fixture.ts';
import { output, serviceOver } from './service.fixture.ts';

const PACK = 'http://clinic.example.org/CodeSystem/animals-nl';
const service = serviceOver([
  animals,
  {
    resourceType: 'CodeSystem',
    url: PACK,
    version: '1',
    content: 'supplement',
    supplements: ANIMALS,
    concept: [
      {
        code: 'dog',
        designation: [{ language: 'nl', value: 'Hond' }],
        property: [{ code: 'sound', valueString: 'waf' }],
      },
    ],
  },
]);

const given = (values: Record<string, string>): JsonObject[] =>
  Object.entries(values).map(([name, value]) => ({ name, valueString: value }));

/** `code=value` of each property. */
function properties(answer: JsonObject): readonly string[] {
  return objectsAt(answer, 'parameter')
    .filter(({ name }) => name === 'property')
    .map((each) => {
      const parts = Object.fromEntries(objectsAt(each, 'part').map((part) => [part.name, Object.values(part)[1]]));
      return `${String(parts.code)}=${String(parts.value)}${parts.description === undefined ? '' : ` ${String(parts.description)}`}`;
    });
}

describe('$lookup', () => {
  test('all that is known', async () => {
    const answer = await service.lookup({ parameters: given({ system: ANIMALS, code: 'dog' }) });
    expect(['name', 'version', 'display', 'abstract'].map((name) => output(answer, name))).toEqual([
      'Animals',
      '2.0.0',
      'Dog',
      false,
    ]);
    expect(properties(answer)).toEqual(['inactive=false', 'parent=mammal Mammal', 'child=poodle Poodle dog', 'legs=4']);
    const designations = objectsAt(answer, 'parameter').filter(({ name }) => name === 'designation');
    expect(designations.map((each) => objectsAt(each, 'part').at(-1)?.valueString)).toEqual(['Dog', 'Hund', 'Chien']);
  });

  test('in a language, of a supplement', async () => {
    const parameters = given({
      system: ANIMALS,
      code: 'dog',
      displayLanguage: 'nl',
      useSupplement: PACK,
      property: 'sound',
    });
    const answer = await service.lookup({ parameters });
    expect([output(answer, 'display'), output(answer, 'used-supplement')]).toEqual(['Hond', `${PACK}|1`]);
    expect(properties(answer)).toEqual(['sound=waf']);
  });

  test.each([
    [{ code: 'dog' }, /A code is needed: code and system, or coding/],
    [{ system: ANIMALS, code: 'cat' }, /Unknown code 'cat' in the CodeSystem/],
    [{ system: 'http://nowhere', code: 'cat' }, /CodeSystem 'http:\/\/nowhere' could not be found/],
    [{ system: ANIMALS, version: '3', code: 'dog' }, /version '3' could not be found.*Valid versions: 2\.0\.0/],
    [{ system: ANIMALS, code: 'dog', property: 'wings' }, /has no property 'wings'; it has .*legs/],
  ])('%j is refused', async (values, text) => {
    await expect(service.lookup({ parameters: given(values as Record<string, string>) })).rejects.toThrow(text);
  });
});

describe('$subsumes', () => {
  test.each([
    ['dog', 'poodle', 'subsumes'],
    ['poodle', 'mammal', 'subsumed-by'],
    ['dog', 'dog', 'equivalent'],
    ['dog', 'whale', 'not-subsumed'],
    ['swimmer', 'whale', 'subsumes'],
  ])('%s and %s: %s', async (codeA, codeB, outcome) => {
    const answer = await service.subsumes({ parameters: given({ system: ANIMALS, codeA, codeB }) });
    expect(output(answer, 'outcome')).toBe(outcome);
  });

  test('codes of the instance, of codings, and of nothing', async () => {
    const ofInstance = await service.subsumes({
      parameters: given({ codeA: 'dog', codeB: 'poodle' }),
      instance: animals,
    });
    expect(output(ofInstance, 'outcome')).toBe('subsumes');
    const codings = [
      { name: 'codingA', valueCoding: { system: ANIMALS, code: 'dog' } },
      { name: 'codingB', valueCoding: { system: `${ANIMALS}-x`, code: 'dog' } },
    ];
    await expect(service.subsumes({ parameters: codings })).rejects.toThrow(/Codes of different systems/);
    await expect(
      service.subsumes({ parameters: given({ system: ANIMALS, codeA: 'dog', codeB: 'cat' }) }),
    ).rejects.toThrow(/Unknown code 'cat'/);
  });
});

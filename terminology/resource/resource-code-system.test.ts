import { Fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { ConceptFilter } from '../code-system.ts';
import { ANIMALS, animals } from './resource.fixture.ts';
import { resourceCodeSystem } from './resource-code-system.ts';

const system = resourceCodeSystem(animals);
const page = { isActiveOnly: false, offset: 0, count: 100 };

async function selected(filters: readonly ConceptFilter[]): Promise<readonly string[]> {
  return (await system.select({ ...page, filters })).concepts.map(({ code }) => code);
}

describe('filters', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['concept', 'is-a', 'dog', ['dog', 'poodle']],
    ['concept', 'descendent-of', 'dog', ['poodle']],
    ['concept', 'is-a', 'swimmer', ['whale', 'swimmer']],
    ['concept', 'is-not-a', 'mammal', ['swimmer']],
    ['concept', 'generalizes', 'whale', ['mammal', 'whale', 'swimmer']],
    ['concept', 'child-of', 'mammal', ['dog', 'dodo', 'whale']],
    ['concept', 'descendent-leaf', 'mammal', ['poodle', 'dodo', 'whale']],
    ['concept', 'in', 'dog, whale', ['dog', 'whale']],
    ['concept', 'not-in', 'dog,poodle,dodo,whale', ['mammal', 'swimmer']],
    ['code', '=', 'dog', ['dog']],
    ['code', 'regex', 'd[a-z]*', ['dog', 'dodo']],
    ['display', 'regex', '.*dog', ['poodle']],
    ['display', '=', 'Hund', ['dog']],
    ['definition', 'exists', 'true', ['mammal']],
    ['parent', '=', 'mammal', ['dog', 'dodo', 'whale']],
    ['child', 'exists', 'true', ['mammal', 'dog', 'swimmer']],
    ['status', '=', 'retired', ['dodo']],
    ['inactive', '=', 'true', ['dodo']],
    ['notSelectable', '=', 'true', ['mammal']],
    ['legs', '=', '4', ['dog', 'poodle']],
    ['legs', 'exists', 'false', ['mammal', 'dodo', 'whale', 'swimmer']],
    ['concept', 'is-a', 'unicorn', []],
  ])('%s %s %s', async (property, op, value, expected) => {
    expect(await selected([{ property, op, value }])).toEqual(expected);
  });

  test('all must hold', async () => {
    const isDog = { property: 'concept', op: 'is-a', value: 'mammal' };
    expect(await selected([isDog, { property: 'legs', op: '=', value: '4' }])).toEqual(['dog', 'poodle']);
  });

  test('a property or operator that is not there is refused, with those that are', async () => {
    const property = system.select({ ...page, filters: [{ property: 'wings', op: '=', value: '2' }] });
    await expect(property).rejects.toThrow(/wings = 2.*Supported properties: .*legs/);
    const operator = system.matching(['dog'], [{ property: 'legs', op: 'is-a', value: '2' }]);
    await expect(operator).rejects.toThrow(/legs is-a 2.*Supported operators: =, in/);
  });

  test.each(['(a+)+$(', '(?=dog)dog', '(dog)\\1', 'a'.repeat(2000)])('the regex %.20s is refused', async (value) => {
    await expect(selected([{ property: 'code', op: 'regex', value }])).rejects.toBeInstanceOf(Fault);
  });

  test('a regex that would run for ages elsewhere is quick', async () => {
    const code = `${'a'.repeat(5000)}!`;
    const bomb = resourceCodeSystem({ ...animals, concept: [{ code }] });
    const started = performance.now();
    const filters = [{ property: 'code', op: 'regex', value: '((a+)+)+' }];
    expect((await bomb.select({ ...page, filters })).concepts).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('concepts know whether they are in use and for use', async () => {
  const found = await system.find(['dodo', 'mammal', 'dog', 'unicorn']);
  expect(found.get('dodo')).toMatchObject({ isInactive: true, status: 'retired', isAbstract: false });
  expect(found.get('mammal')).toMatchObject({ isInactive: false, isAbstract: true });
  expect(found.get('dog')?.status).toBeUndefined();
  expect(found.has('unicorn')).toBe(false);
});

test('text finds words by their beginning, best first', async () => {
  const find = async (text: string) =>
    (await system.select({ ...page, filters: [], text })).concepts.map(({ code }) => code);
  expect(await find('do')).toEqual(['dog', 'dodo', 'poodle']);
  expect(await find('wha BLU')).toEqual(['whale']);
  expect(await find('hün')).toEqual(['dog']);
  expect(await find('oodle')).toEqual([]);
});

test('pages', async () => {
  const second = await system.select({ filters: [], isActiveOnly: true, offset: 2, count: 2 });
  expect(second).toMatchObject({ total: 5, hasMore: true });
  expect(second.concepts.map(({ code }) => code)).toEqual(['poodle', 'whale']);
});

test('case does not count where the system says so', async () => {
  const lax = resourceCodeSystem({ ...animals, caseSensitive: false });
  expect((await lax.find(['DOG'])).get('DOG')?.code).toBe('dog');
  expect(await lax.isBelow('MAMMAL', 'Poodle')).toBe(true);
});

test('a hierarchy of 20,000 levels, and one that turns in a circle', async () => {
  let concept: JsonObject = { code: 'c20000' };
  for (let level = 19_999; level >= 0; level -= 1) concept = { code: `c${level}`, concept: [concept] };
  const deep = resourceCodeSystem({
    resourceType: 'CodeSystem',
    url: ANIMALS,
    content: 'complete',
    concept: [concept],
  });
  expect(await deep.isBelow('c0', 'c20000')).toBe(true);
  const below = await deep.select({
    ...page,
    count: 1,
    filters: [{ property: 'concept', op: 'descendent-of', value: 'c10' }],
  });
  expect(below.total).toBe(19_990);

  const parent = (code: string): JsonObject[] => [{ code: 'parent', valueCode: code }];
  const circle = resourceCodeSystem({
    resourceType: 'CodeSystem',
    url: ANIMALS,
    content: 'complete',
    concept: [
      { code: 'egg', property: parent('hen') },
      { code: 'hen', property: parent('egg') },
    ],
  });
  expect(await circle.isBelow('egg', 'hen')).toBe(true);
  const all = await circle.select({ ...page, filters: [{ property: 'concept', op: 'is-a', value: 'egg' }] });
  expect(all.total).toBe(2);
});

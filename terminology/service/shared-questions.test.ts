import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, CodeSystemSource } from '../code-system.ts';
import { objectsAt } from '../resource/elements.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { ANIMALS, animals } from '../resource/resource.fixture.ts';
import { output, serviceOver, valueSet, VS } from './service.fixture.ts';
import { sharedSources } from './shared-questions.ts';

/** As one in a database: it answers later, and says what it was asked. */
function farSystem(asked: string[]): CodeSystem {
  const { conceptOf: _, selector: __, parentsOf: ___, ...near } = resourceCodeSystem(animals);
  return {
    ...near,
    find(codes) {
      asked.push(`find ${codes.length}`);
      return near.find(codes);
    },
    matching(codes, filters) {
      asked.push(`matching ${codes.length} ${filters.length}`);
      return near.matching(codes, filters);
    },
  };
}

function sourceOf(system: CodeSystem, asked: string[]): CodeSystemSource {
  return {
    codeSystem(url) {
      asked.push(`system ${url}`);
      return Promise.resolve(url === ANIMALS ? system : undefined);
    },
    versions: () => Promise.resolve([]),
  };
}

const CODES = ['dog', 'poodle', 'whale', 'cat'];
const below = valueSet('below', {
  include: [{ system: ANIMALS, filter: [{ property: 'concept', op: 'is-a', value: 'dog' }] }],
});

test('many validations ask a code system as often as one does', async () => {
  const validations = (count: number): JsonObject[] =>
    Array.from({ length: count }, (_, index) => {
      const valueCoding = { system: ANIMALS, code: CODES[index % CODES.length] ?? '' };
      return {
        name: 'validation',
        resource: { resourceType: 'Parameters', parameter: [{ name: 'coding', valueCoding }] },
      };
    });
  const questions = async (count: number): Promise<[readonly string[], readonly JsonObject[]]> => {
    const asked: string[] = [];
    const service = serviceOver([below], [sourceOf(farSystem(asked), asked)]);
    const parameters = [{ name: 'url', valueUri: `${VS}/below` }, ...validations(count)];
    const answer = await service.batchValidate({ parameters });
    return [asked, objectsAt(answer, 'parameter')];
  };
  const [forOne] = await questions(1);
  const [forMany, answers] = await questions(500);
  expect(forMany).toHaveLength(forOne.length);
  expect(forMany).toContain('find 4');
  const results = answers.slice(0, 4).map(({ resource }) => output(resource as JsonObject, 'result'));
  expect(results).toEqual([true, true, false, false]);
});

test('each gets the answer to its own question, and faults reach all who asked', async () => {
  const asked: string[] = [];
  const [source] = sharedSources([sourceOf(farSystem(asked), asked)]);
  const [first, second] = await Promise.all([
    source?.codeSystem(ANIMALS, undefined),
    source?.codeSystem(ANIMALS, undefined),
  ]);
  expect(first).toBe(second);
  const isA = (value: string) => [{ property: 'concept', op: 'is-a', value }];
  const [dogs, mammals, found] = await Promise.all([
    first?.matching(['dog', 'whale'], isA('dog')),
    first?.matching(['dog', 'whale'], isA('mammal')),
    first?.find(['whale']),
    first?.find(['dog', 'cat']),
  ]);
  expect([[...(dogs ?? [])], [...(mammals ?? [])], [...(found?.keys() ?? [])]]).toEqual([
    ['dog'],
    ['dog', 'whale'],
    ['whale'],
  ]);
  expect(asked).toEqual([`system ${ANIMALS}`, 'matching 2 1', 'matching 2 1', 'find 3']);
  const wrong = [{ property: 'wings', op: '=', value: '2' }];
  const refused = await Promise.allSettled([first?.matching(['dog'], wrong), first?.matching(['cat'], wrong)]);
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

import type { JsonObject } from '../../server/kernel/json.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { ANIMALS, animals } from '../resource/resource.fixture.ts';
import { serviceOver, valueSet, VS } from './service.fixture.ts';

const UNHELD = 'http://clinic.example.org/CodeSystem/unheld';
const service = serviceOver([
  animals,
  valueSet('below', {
    include: [{ system: ANIMALS, filter: [{ property: 'concept', op: 'is-a', value: 'mammal' }] }],
    exclude: [{ system: ANIMALS, concept: [{ code: 'dog' }] }],
  }),
  valueSet('active', { inactive: false, include: [{ valueSet: [`${VS}/below`] }] }),
  valueSet('listed-unheld', { include: [{ system: UNHELD, concept: [{ code: 'a' }] }] }),
  valueSet('unheld', { include: [{ system: UNHELD }, { system: ANIMALS, concept: [{ code: 'dog' }] }] }),
  valueSet('imports-nothing', { include: [{ valueSet: [`${VS}/nowhere`] }] }),
]);

test.each<[string, string | undefined, string, boolean | undefined]>([
  ['below', ANIMALS, 'poodle', true],
  ['below', ANIMALS, 'dog', false],
  ['below', undefined, 'whale', true],
  ['below', undefined, 'cat', false],
  ['below', UNHELD, 'whale', false],
  ['below', ANIMALS, 'dodo', true],
  ['active', ANIMALS, 'dodo', false],
  ['listed-unheld', UNHELD, 'a', true],
  ['listed-unheld', undefined, 'b', false],
  ['unheld', UNHELD, 'a', undefined],
  ['unheld', undefined, 'dog', true],
  ['unheld', undefined, 'cat', undefined],
  ['imports-nothing', ANIMALS, 'dog', undefined],
  ['nowhere', ANIMALS, 'dog', undefined],
])('%s: %s#%s is %s', async (name, system, code, expected) => {
  expect(await service.members(`${VS}/${name}`, [{ system, code }])).toEqual([expected]);
});

test('500 codes are one question to the code system', async () => {
  const concept = Array.from({ length: 20_000 }, (_, index): JsonObject => ({
    code: `c${index}`,
    property: [{ code: 'above', valueCode: `c${Math.floor(index / 10)}` }],
  }));
  const url = `${ANIMALS}-many`;
  const { find, matching, ...rest } = resourceCodeSystem({ ...animals, url, concept });
  let questions = 0;
  const counted = {
    ...rest,
    find: (codes: readonly string[]) => ((questions += 1), find(codes)),
    matching: (...asked: Parameters<typeof matching>) => ((questions += 1), matching(...asked)),
  };
  const many = serviceOver(
    [valueSet('tenth', { include: [{ system: url, filter: [{ property: 'concept', op: 'is-a', value: 'c1' }] }] })],
    [
      {
        codeSystem: (wanted) => Promise.resolve(wanted === url ? counted : undefined),
        versions: () => Promise.resolve([]),
      },
    ],
  );
  const codes = Array.from({ length: 500 }, (_, index) => ({ system: url, code: `c${index * 30}` }));
  const answers = await many.members(`${VS}/tenth`, codes);
  expect(questions).toBe(1);
  // c1, c10 to c19, c100 to c199, …
  expect(answers).toEqual(codes.map(({ code }) => code.startsWith('c1')));
});

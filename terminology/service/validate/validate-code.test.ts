import type { JsonObject } from '../../../server/kernel/json.ts';
import { ANIMALS, animals } from '../../resource/resource.fixture.ts';
import { issuesOf, output, serviceOver, valueSet, VS } from '../service.fixture.ts';

const UNHELD = 'http://clinic.example.org/CodeSystem/unheld';
const older: JsonObject = { ...animals, version: '1.0.0', concept: [{ code: 'dog', display: 'Hound' }] };
const service = serviceOver([
  animals,
  older,
  { ...animals, url: `${ANIMALS}-lax`, caseSensitive: false },
  { ...animals, url: `${ANIMALS}-part`, content: 'fragment' },
  { resourceType: 'CodeSystem', url: `${ANIMALS}-more`, content: 'supplement', supplements: ANIMALS },
  valueSet('all', { include: [{ system: ANIMALS }] }),
  valueSet('below', { include: [{ system: ANIMALS, filter: [{ property: 'concept', op: 'is-a', value: 'dog' }] }] }),
  valueSet('active', { inactive: false, include: [{ system: ANIMALS }] }),
  valueSet('older', { include: [{ system: ANIMALS, version: '1.0.0' }] }),
  valueSet('lax', { include: [{ system: `${ANIMALS}-lax` }] }),
  valueSet('part', { include: [{ system: `${ANIMALS}-part` }] }),
  valueSet('unheld', { include: [{ system: UNHELD }] }),
  valueSet('unheld-too', {
    include: [{ valueSet: [`${VS}/unheld`] }, { system: ANIMALS, concept: [{ code: 'whale' }] }],
  }),
  valueSet('half', { include: [{ system: ANIMALS, valueSet: [`${VS}/half-known`] }] }),
  valueSet('half-known', {
    include: [{ system: UNHELD }, { system: ANIMALS, concept: [{ code: 'whale' }] }],
    exclude: [{ system: ANIMALS, valueSet: [`${VS}/nowhere`] }],
  }),
  valueSet('twice', { include: [{ system: ANIMALS }, { system: `${ANIMALS}-lax` }] }),
]);

type Coded = Record<string, string>;

function validate(name: string, given: JsonObject, more: readonly JsonObject[] = []): Promise<JsonObject> {
  return service.validateInValueSet({ parameters: [{ name: 'url', valueUri: `${VS}/${name}` }, given, ...more] });
}

function coding(coded: Coded): JsonObject {
  return { name: 'coding', valueCoding: coded };
}

const flag = (name: string, value = true): JsonObject => ({ name, valueBoolean: value });

test.each<[string, string, Coded, readonly JsonObject[], boolean, readonly string[]]>([
  ['a member', 'all', { system: ANIMALS, code: 'dog' }, [], true, []],
  ['with its display', 'all', { system: ANIMALS, code: 'dog', display: 'dog' }, [], true, []],
  ['with a translation', 'all', { system: ANIMALS, code: 'dog', display: 'Hund' }, [], true, []],
  [
    'a wrong display',
    'all',
    { system: ANIMALS, code: 'dog', display: 'Cat' },
    [],
    false,
    [
      `error | invalid-display | Coding.display | Wrong Display Name 'Cat' for ${ANIMALS}#dog. Valid display is one of 3 choices: 'Dog' (en), 'Hund' (de) or 'Chien' (fr-CA) (for the language(s) '--')`,
    ],
  ],
  [
    'a display of another language',
    'all',
    { system: ANIMALS, code: 'dog', display: 'Chien' },
    [{ name: 'displayLanguage', valueCode: 'de' }],
    false,
    [
      `error | invalid-display | Coding.display | Wrong Display Name 'Chien' for ${ANIMALS}#dog. Valid display is 'Hund' (de) (for the language(s) 'de')`,
    ],
  ],
  [
    'the display of a code that has none in the language',
    'all',
    { system: ANIMALS, code: 'whale', display: 'Blue whale' },
    [{ name: 'displayLanguage', valueCode: 'de' }],
    true,
    [
      `information | invalid-display | Coding.display | There are no valid display names found for the code ${ANIMALS}#whale for language(s) 'de'. The display is 'Blue whale' which is a valid display for the default language`,
    ],
  ],
  [
    'not a member',
    'below',
    { system: ANIMALS, code: 'whale' },
    [],
    false,
    [
      `error | not-in-vs | Coding.code | The provided code '${ANIMALS}#whale' was not found in the value set '${VS}/below|1'`,
    ],
  ],
  [
    'not a code',
    'all',
    { system: ANIMALS, code: 'cat' },
    [],
    false,
    [
      `error | invalid-code | Coding.code | Unknown code 'cat' in the CodeSystem '${ANIMALS}' version '2.0.0'`,
      `error | not-in-vs | Coding.code | The provided code '${ANIMALS}#cat' was not found in the value set '${VS}/all|1'`,
    ],
  ],
  [
    'in another version',
    'older',
    { system: ANIMALS, version: '2.0.0', code: 'dog' },
    [],
    false,
    [
      `error | vs-invalid | Coding.version | The code system '${ANIMALS}' version '1.0.0' in the ValueSet include is different to the one in the value ('2.0.0')`,
    ],
  ],
  [
    'in its own version where the value set leaves it open',
    'all',
    { system: ANIMALS, version: '1.0.0', code: 'dog', display: 'Hound' },
    [],
    true,
    [],
  ],
  [
    'an inactive code',
    'all',
    { system: ANIMALS, code: 'dodo' },
    [],
    true,
    [
      `warning | code-comment | Coding | The concept 'dodo' has a status of retired and inactive and its use should be reviewed`,
    ],
  ],
  [
    'an inactive code where only active ones count',
    'active',
    { system: ANIMALS, code: 'dodo' },
    [],
    false,
    [
      `warning | code-comment | Coding | The concept 'dodo' has a status of retired and inactive and its use should be reviewed`,
      `error | code-rule | Coding.code | The concept 'dodo' is valid but is not active`,
      `error | not-in-vs | Coding.code | The provided code '${ANIMALS}#dodo' was not found in the value set '${VS}/active|1'`,
    ],
  ],
  ['an abstract code', 'all', { system: ANIMALS, code: 'mammal' }, [], true, []],
  [
    'an abstract code where it must not be',
    'all',
    { system: ANIMALS, code: 'mammal' },
    [flag('abstract', false)],
    false,
    [
      `error | code-rule | Coding.code | Code '${ANIMALS}#mammal' is abstract, and not allowed in this context`,
      `error | not-in-vs | Coding.code | The provided code '${ANIMALS}#mammal' was not found in the value set '${VS}/all|1'`,
    ],
  ],
  [
    'a code of a fragment',
    'part',
    { system: `${ANIMALS}-part`, code: 'cat' },
    [],
    true,
    [
      `warning | invalid-code | Coding.code | Unknown Code 'cat' in the CodeSystem '${ANIMALS}-part' version '2.0.0' - note that the code system is labeled as a fragment, so the code may be valid in some other fragment`,
    ],
  ],
  [
    'an unknown system',
    'unheld',
    { system: UNHELD, code: 'x' },
    [],
    false,
    [
      `error | not-found | Coding.system | A definition for CodeSystem '${UNHELD}' could not be found, so the code cannot be validated`,
    ],
  ],
  [
    'a supplement as system',
    'all',
    { system: `${ANIMALS}-more`, code: 'x' },
    [],
    false,
    [
      `error | invalid-data | Coding.system | CodeSystem ${ANIMALS}-more is a supplement, so can't be used as a value in Coding.system`,
      `error | not-in-vs | Coding.code | The provided code '${ANIMALS}-more#x' was not found in the value set '${VS}/all|1'`,
    ],
  ],
  [
    'no system',
    'all',
    { code: 'dog' },
    [],
    false,
    [
      'warning | invalid-data | Coding | Coding has no system. A code with no system has no defined meaning, and it cannot be validated. A system should be provided',
      `error | not-in-vs | Coding.code | The provided code '#dog' was not found in the value set '${VS}/all|1'`,
    ],
  ],
])('%s', async (_, name, coded, more, result, issues) => {
  const answer = await validate(name, coding(coded), more);
  expect(issuesOf(answer)).toEqual(issues);
  expect(output(answer, 'result')).toBe(result);
});

test('a wrong display is a warning where it may be', async () => {
  const answer = await validate('all', coding({ system: ANIMALS, code: 'dog', display: 'Cat' }), [
    flag('lenient-display-validation'),
  ]);
  expect(output(answer, 'result')).toBe(true);
  expect(issuesOf(answer)[0]).toMatch(/^warning/);
  expect(output(answer, 'message')).toMatch(/^Wrong Display Name/);
});

test('what the answer rests on is told when asked', async () => {
  const answer = await validate('all', coding({ system: ANIMALS, code: 'dog' }), [flag('diagnostics')]);
  expect(output(answer, 'diagnostics')).toBe(`Answered from: ${ANIMALS}|2.0.0`);
});

test('case does not count where the system says so', async () => {
  const answer = await validate('lax', coding({ system: `${ANIMALS}-lax`, code: 'DOG' }));
  expect([output(answer, 'result'), output(answer, 'normalized-code'), output(answer, 'display')]).toEqual([
    true,
    'dog',
    'Dog',
  ]);
});

test('a system is inferred when one has the code', async () => {
  const code = { name: 'code', valueCode: 'dog' };
  const answer = await validate('all', code, [flag('inferSystem')]);
  expect([output(answer, 'result'), output(answer, 'system'), output(answer, 'version')]).toEqual([
    true,
    ANIMALS,
    '2.0.0',
  ]);
  const several = await validate('twice', code, [flag('inferSystem')]);
  expect(output(several, 'message')).toContain(`multiple matches: [${ANIMALS}, ${ANIMALS}-lax]`);
  await expect(validate('all', code)).rejects.toThrow(/Unable to find code to validate/);
});

test('one coding of several must be a member, all must be right', async () => {
  const concept = (...codes: string[]): JsonObject => ({
    name: 'codeableConcept',
    valueCodeableConcept: { coding: codes.map((code) => ({ system: ANIMALS, code })) },
  });
  const good = await validate('below', concept('whale', 'dog'));
  expect([output(good, 'result'), output(good, 'code')]).toEqual([true, 'dog']);
  const bad = await validate('below', concept('whale', 'cat'));
  expect(output(bad, 'result')).toBe(false);
  expect(output(bad, 'code')).toBeUndefined();
  expect(output(bad, 'message')).toBe(
    `No valid coding was found for the value set '${VS}/below|1'; Unknown code 'cat' in the CodeSystem '${ANIMALS}' version '2.0.0'`,
  );
});

test('a system that the value set needs and nobody holds is named', async () => {
  const answer = await validate('unheld', coding({ system: UNHELD, code: 'x' }));
  expect(output(answer, 'x-caused-by-unknown-system')).toBe(UNHELD);
  const stranger = await validate('all', coding({ system: UNHELD, version: '1', code: 'x' }));
  expect(output(stranger, 'x-unknown-system')).toBe(UNHELD);
  const listed = await validate('unheld-too', coding({ system: ANIMALS, code: 'whale' }));
  expect(output(listed, 'result')).toBe(true);
});

test('a value set that is not held is named', async () => {
  const answer = await validate('half', coding({ system: ANIMALS, code: 'whale' }));
  expect(output(answer, 'result')).toBe(false);
  expect(output(answer, 'message')).toBe(`A definition for the value Set '${VS}/nowhere' could not be found`);
});

describe('in a code system', () => {
  const inSystem = (...parameters: JsonObject[]) => service.validateInCodeSystem({ parameters });
  const url = { name: 'url', valueUri: ANIMALS };

  test('a code, of the newest version and of another', async () => {
    const newest = await inSystem(url, { name: 'code', valueCode: 'whale' });
    expect([output(newest, 'result'), output(newest, 'display'), output(newest, 'version')]).toEqual([
      true,
      'Blue whale',
      '2.0.0',
    ]);
    const old = await inSystem(url, { name: 'version', valueString: '1.0.0' }, { name: 'code', valueCode: 'whale' });
    expect(issuesOf(old)).toEqual([
      `error | invalid-code | code | Unknown code 'whale' in the CodeSystem '${ANIMALS}' version '1.0.0'`,
    ]);
  });

  test('versions that are not held', async () => {
    const answer = await inSystem(url, { name: 'version', valueString: '9' }, { name: 'code', valueCode: 'dog' });
    expect(output(answer, 'message')).toMatch(/version '9' could not be found.*Valid versions: 1\.0\.0 or 2\.0\.0/);
  });

  test('of the instance', async () => {
    const answer = await service.validateInCodeSystem({
      parameters: [{ name: 'code', valueCode: 'dog' }],
      instance: older,
    });
    expect(output(answer, 'display')).toBe('Hound');
  });
});

test('many at once, each with its own answer', async () => {
  const validation = (...parameter: JsonObject[]): JsonObject => ({
    name: 'validation',
    resource: { resourceType: 'Parameters', parameter },
  });
  const answer = await service.batchValidate({
    parameters: [
      { name: 'url', valueUri: `${VS}/below` },
      validation(coding({ system: ANIMALS, code: 'dog' })),
      validation(coding({ system: ANIMALS, code: 'whale' }), { name: 'url', valueUri: `${VS}/all` }),
      validation({ name: 'nothing', valueString: 'x' }),
    ],
  });
  const answers = (answer.parameter as JsonObject[]).map(({ resource }) => resource as JsonObject);
  expect(answers.map((each) => output(each, 'result') ?? each.resourceType)).toEqual([true, true, 'OperationOutcome']);
});

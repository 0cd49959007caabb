import { loadBaseCanonicals } from '../definitions/base-canonicals.ts';
import { loadDefinitions } from '../definitions/load.ts';
import type { Issue } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import type { CodeAnswer, CodeChecker, CodeQuestion } from './code-checker.ts';
import { createValidator } from './compile.ts';
import type { ValidateOptions } from './walk.ts';

const SYSTEM = 'https://far.example.org/codes';
const FINE: CodeAnswer = { isMember: true, problems: [] };

/** Terminology that has nothing at hand, with what it was asked, all questions of a call together. */
function farCodes(answer: (question: CodeQuestion) => CodeAnswer): CodeChecker & { readonly asked: CodeQuestion[][] } {
  const asked: CodeQuestion[][] = [];
  return {
    asked,
    known: () => undefined,
    async ask(questions) {
      asked.push([...questions]);
      return questions.map(answer);
    },
  };
}

async function issues(codes: CodeChecker, text: string, options?: ValidateOptions): Promise<readonly Issue[]> {
  const validator = createValidator({ definitions: loadDefinitions(), canonicals: loadBaseCanonicals(), codes });
  const found = validator.validate(object(text), options);
  expect(found).toBeInstanceOf(Promise);
  return await found;
}

function object(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error('not an object');
  return value;
}

function short({ severity, code, expression }: Issue): string {
  return `${severity} ${code} ${expression?.join() ?? ''}`;
}

const coding = (code: string, display?: string): string =>
  JSON.stringify({ system: SYSTEM, code, ...(display === undefined ? {} : { display }) });
const observation = `{"resourceType": "Observation", "status": "final", "code": {"coding": [${coding('a', 'A')}, ${coding('b')}]},
  "component": [{"code": {"coding": [${coding('c')}]}, "valueCodeableConcept": {"text": "no code"}, "interpretation": [{"coding": [${coding('d')}]}]}]}`;

test('what is at hand makes no promise', () => {
  const codes: CodeChecker = { known: () => FINE, ask: () => Promise.reject(new Error('not to be asked')) };
  const validator = createValidator({ definitions: loadDefinitions(), canonicals: loadBaseCanonicals(), codes });
  expect(validator.validate(object(observation))).toEqual([]);
});

test('all questions of a resource are asked together, each once', async () => {
  const codes = farCodes(() => FINE);
  expect(await issues(codes, observation)).toEqual([]);
  expect(codes.asked).toEqual([
    [
      {
        codings: [
          { system: SYSTEM, code: 'a', display: 'A' },
          { system: SYSTEM, code: 'b' },
        ],
        impliesSystem: false,
      },
      { codings: [{ system: SYSTEM, code: 'c' }], impliesSystem: false },
      {
        valueSet: 'http://hl7.org/fhir/ValueSet/observation-interpretation',
        codings: [{ system: SYSTEM, code: 'd' }],
        impliesSystem: false,
      },
    ],
  ]);
});

test('answers are reported where the codes stand', async () => {
  const codes = farCodes(({ codings }) => ({
    isMember: codings[0]?.code !== 'd',
    problems:
      codings.length === 2
        ? [
            { coding: 0, about: 'display', severity: 'error', text: 'wrong display' },
            { coding: 1, about: 'code', severity: 'error', text: 'unknown code' },
            { coding: 1, about: 'system', severity: 'information', text: 'system not held' },
          ]
        : [],
  }));
  const found = await issues(codes, observation);
  expect(found.map(short)).toEqual([
    'warning code-invalid Observation.code.coding[0].display',
    'error code-invalid Observation.code.coding[1].code',
    'information not-found Observation.code.coding[1].system',
    'warning code-invalid Observation.component[0].interpretation[0]',
  ]);
  const strict = await issues(codes, observation, { refuseWrongDisplays: true });
  expect(strict.map(short)[0]).toBe('error code-invalid Observation.code.coding[0].display');
});

describe('a code that is not in the value set', () => {
  const nobody = (): CodeChecker => farCodes(() => ({ isMember: false, problems: [], accepted: 'one of x, y' }));
  const attachment = `"photo": [{"contentType": "text/odd"}]`;
  const language = `"communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "xx"}]}}]`;

  test.each<[string, string, ValidateOptions, readonly string[]]>([
    ['required', attachment, {}, ['error code-invalid Patient.photo[0].contentType']],
    [
      'preferred, of the type code, with a largest value set',
      `"language": "xx"`,
      {},
      ['error code-invalid Patient.language'],
    ],
    ['preferred, with a largest value set', language, {}, ['error code-invalid Patient.communication[0].language']],
    [
      'preferred, asked for',
      language,
      { preferredCodes: true },
      [
        'information code-invalid Patient.communication[0].language',
        'error code-invalid Patient.communication[0].language',
      ],
    ],
    ['extensible', `"maritalStatus": {"coding": [${coding('x')}]}`, {}, ['warning code-invalid Patient.maritalStatus']],
  ])('%s', async (_strength, content, options, expected) => {
    const found = await issues(nobody(), `{"resourceType": "Patient", ${content}}`, options);
    expect(found.map(short)).toEqual(expected);
    for (const { text } of found) expect(text).toContain('Expected is one of x, y.');
  });
});

test.each([
  ['required', `"photo": [{"contentType": "text/odd"}]`, 'warning not-supported Patient.photo[0].contentType'],
  ['extensible', `"maritalStatus": {"coding": [${coding('x')}]}`, 'information not-supported Patient.maritalStatus'],
])('nobody can tell, %s', async (_strength, content, expected) => {
  const codes = farCodes(() => ({ isMember: undefined, problems: [] }));
  expect((await issues(codes, `{"resourceType": "Patient", ${content}}`)).map(short)).toEqual([expected]);
});

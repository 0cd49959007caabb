import { baseCanonicalEntries } from '../../definitions/base-canonicals.ts';
import { createCanonicals } from '../../definitions/canonical-index.ts';
import { loadDefinitions } from '../../definitions/load.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CodeAnswer, CodeChecker, CodeQuestion } from '../code-checker.ts';
import { createValidator } from '../compile.ts';
import { checkProfiles } from './profile-checks.ts';

const URL = 'https://clinic.example.org/StructureDefinition/coded';
const VALUE_SET = 'https://clinic.example.org/ValueSet/remote';

const profile: JsonObject = {
  resourceType: 'StructureDefinition',
  url: URL,
  type: 'Observation',
  kind: 'resource',
  derivation: 'constraint',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
  differential: {
    element: [
      {
        id: 'Observation.category',
        path: 'Observation.category',
        slicing: { discriminator: [{ type: 'value', path: '$this' }], rules: 'open' },
      },
      {
        id: 'Observation.category:remote',
        path: 'Observation.category',
        sliceName: 'remote',
        min: 1,
        max: '1',
        binding: { strength: 'required', valueSet: VALUE_SET },
      },
      { id: 'Observation.category:remote.text', path: 'Observation.category.text', min: 1 },
    ],
  },
};

/** Members are known only after they were asked for, as with code systems in a database. */
function remoteCodes(members: readonly string[]): CodeChecker {
  const answers = new Map<string, CodeAnswer>();
  return {
    known: (question) =>
      question.valueSet === VALUE_SET ? answers.get(JSON.stringify(question)) : { isMember: true, problems: [] },
    ask: (questions: readonly CodeQuestion[]) =>
      Promise.resolve(
        questions.map((question) => {
          const isMember = question.codings.some(({ code = '' }) => members.includes(code));
          const answer = { isMember, problems: [] };
          answers.set(JSON.stringify(question), answer);
          return answer;
        }),
      ),
  };
}

const entry = {
  type: 'StructureDefinition',
  url: URL,
  version: undefined,
  status: 'active',
  load: () => profile,
} as const;
const canonicals = createCanonicals(-1, [entry, ...baseCanonicalEntries()]);

async function errorsOf(codes: readonly string[]): Promise<readonly string[]> {
  const validator = createValidator({
    definitions: loadDefinitions(),
    canonicals,
    codes: remoteCodes(['in', 'also-in']),
    profiles: checkProfiles,
  });
  const observation: JsonObject = {
    resourceType: 'Observation',
    meta: { profile: [URL] },
    status: 'final',
    code: { text: 'x' },
    category: codes.map((code) => ({ coding: [{ system: 'https://clinic.example.org/codes', code }] })),
  };
  const issues = await validator.validate(observation);
  return issues
    .filter(({ severity }) => severity === 'error')
    .map(({ text, expression = [] }) => `${expression.join()}: ${text.split('.', 3).slice(0, 2).join('.')}`);
}

test.each<[string, readonly string[], readonly string[]]>([
  ['in the slice', ['out', 'in'], ['Observation.category[1].text: Observation.category:remote']],
  [
    'not in the slice',
    ['out'],
    ['Observation.category: Observation.category:remote must occur at least once, found: 0'],
  ],
  [
    'too many in the slice',
    ['in', 'also-in'],
    [
      'Observation.category: Observation.category:remote may occur at most once, found: 2',
      'Observation.category[0].text: Observation.category:remote',
      'Observation.category[1].text: Observation.category:remote',
    ],
  ],
])('slices that only a terminology in a database can tell: %s', async (_name, codes, errors) => {
  expect((await errorsOf(codes)).map((text) => text.replace(/\.text must.*/, ''))).toEqual(errors);
});

import { baseCanonicalEntries } from '../../../definitions/base-canonicals.ts';
import { createCanonicals } from '../../../definitions/canonical-index.ts';
import { loadDefinitions } from '../../../definitions/load.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { CodeAnswer, CodeChecker } from '../../code-checker.ts';
import { createValidator } from '../../compile.ts';
import { checkProfiles } from '../profile-checks.ts';

const URL = 'https://clinic.example.org/StructureDefinition/bound';
const SET = 'https://clinic.example.org/ValueSet/bound';
const MAX = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const ADDITIONAL = 'http://hl7.org/fhir/tools/StructureDefinition/additional-binding';

/** Only the code `in` is in the value set; whatever else is asked about is fine. */
const codes: CodeChecker = {
  known({ valueSet, codings }): CodeAnswer {
    if (valueSet !== SET) return { isMember: true, problems: [] };
    return { isMember: codings.some(({ code }) => code === 'in'), problems: [], accepted: 'in' };
  },
  ask: () => Promise.resolve([]),
};

function additional(purpose: string, ...more: readonly JsonObject[]): JsonObject {
  const extension = [{ url: 'purpose', valueCode: purpose }, { url: 'valueSet', valueCanonical: SET }, ...more];
  return { strength: 'example', extension: [{ url: ADDITIONAL, extension }] };
}

async function issuesOf(path: string, binding: JsonObject, element: JsonObject): Promise<readonly string[]> {
  const profile: JsonObject = {
    resourceType: 'StructureDefinition',
    url: URL,
    type: 'Observation',
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
    differential: { element: [{ id: path, path, binding }] },
  };
  const validator = createValidator({
    definitions: loadDefinitions(),
    canonicals: createCanonicals(-1, [
      { type: 'StructureDefinition', url: URL, version: undefined, status: 'active', load: () => profile },
      ...baseCanonicalEntries(),
    ]),
    codes,
    profiles: checkProfiles,
  });
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, ...element };
  const issues = await validator.validate(observation, { profiles: [URL] });
  return issues
    .filter(({ text }) => text.includes(URL))
    .map(
      ({ severity, expression = [], text }) => `${severity} ${expression.join()} ${text.replace(/ \(profile.*/, '')}`,
    );
}

const coded = (code: string): JsonObject => ({
  method: { coding: [{ system: 'https://clinic.example.org/c', code }] },
});
const found = `https://clinic.example.org/c|out is not in the value set ${SET} of Observation.method. Expected is in.`;

test.each<[string, JsonObject, JsonObject, readonly string[]]>([
  ['required, in', { strength: 'required', valueSet: SET }, coded('in'), []],
  ['required, out', { strength: 'required', valueSet: SET }, coded('out'), [`error Observation.method ${found}`]],
  ['extensible, out', { strength: 'extensible', valueSet: SET }, coded('out'), [`warning Observation.method ${found}`]],
  ['preferred, out', { strength: 'preferred', valueSet: SET }, coded('out'), []],
  ['example, out', { strength: 'example', valueSet: SET }, coded('out'), []],
  [
    'required, text only',
    { strength: 'required', valueSet: SET },
    { method: { text: 'y' } },
    [`error Observation.method Observation.method needs a code from the value set ${SET}.`],
  ],
  ['extensible, text only', { strength: 'extensible', valueSet: SET }, { method: { text: 'y' } }, []],
  [
    'largest value set',
    { strength: 'example', extension: [{ url: MAX, valueCanonical: SET }] },
    coded('out'),
    [`error Observation.method ${found}`],
  ],
  ['additional, required', additional('required'), coded('out'), [`error Observation.method ${found}`]],
  ['additional, extensible', additional('extensible'), coded('out'), [`warning Observation.method ${found}`]],
  ['additional, for some uses', additional('required', { url: 'usage' }), coded('out'), []],
])('%s', async (_name, binding, element, expected) => {
  expect(await issuesOf('Observation.method', binding, element)).toEqual(expected);
});

test.each<[string, JsonObject, readonly string[]]>([
  ['a text among other types', { valueString: 'out' }, []],
  [
    'a quantity',
    { valueQuantity: { value: 1, system: 'http://unitsofmeasure.org', code: 'out' } },
    [
      `error Observation.value http://unitsofmeasure.org|out is not in the value set ${SET} of Observation.value[x]. Expected is in.`,
    ],
  ],
])('of a choice: %s', async (_name, element, expected) => {
  expect(await issuesOf('Observation.value[x]', { strength: 'required', valueSet: SET }, element)).toEqual(expected);
});

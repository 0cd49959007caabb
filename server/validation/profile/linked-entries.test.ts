import { baseCanonicalEntries } from '../../definitions/base-canonicals.ts';
import { createCanonicals } from '../../definitions/canonical-index.ts';
import { loadDefinitions } from '../../definitions/load.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createValidator } from '../compile.ts';
import { checkProfiles } from './profile-checks.ts';

const URL = 'https://clinic.example.org/StructureDefinition/linked';
const COUNT = 2000;

const profile: JsonObject = {
  resourceType: 'StructureDefinition',
  url: URL,
  type: 'Patient',
  kind: 'resource',
  derivation: 'constraint',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  differential: {
    element: [
      { id: 'Patient.active', path: 'Patient.active', min: 1 },
      {
        id: 'Patient.link.other',
        path: 'Patient.link.other',
        type: [{ code: 'Reference', targetProfile: [URL] }],
      },
    ],
  },
};

const validator = createValidator({
  definitions: loadDefinitions(),
  canonicals: createCanonicals(-1, [
    { type: 'StructureDefinition', url: URL, version: undefined, status: 'active', load: () => profile },
    ...baseCanonicalEntries(),
  ]),
  codes: { known: () => ({ isMember: true, problems: [] }), ask: () => Promise.resolve([]) },
  profiles: checkProfiles,
});

/** Every patient refers to the next one, the last to the first; those of the numbers have no `active`. */
function ring(...incomplete: readonly number[]): JsonObject {
  return {
    resourceType: 'Bundle',
    type: 'collection',
    entry: Array.from({ length: COUNT }, (_, number) => ({
      fullUrl: `https://clinic.example.org/fhir/Patient/p${number}`,
      resource: {
        resourceType: 'Patient',
        id: `p${number}`,
        meta: { profile: [URL] },
        ...(incomplete.includes(number) ? {} : { active: true }),
        link: [{ other: { reference: `Patient/p${(number + 1) % COUNT}` }, type: 'seealso' }],
      },
    })),
  };
}

test('a ring of references ends, each resource looked at once', async () => {
  expect(await validator.validate(ring())).toEqual([]);
});

test('a target that does not meet its profile is found where it is referred to', async () => {
  const issues = await validator.validate(ring(COUNT - 1));
  expect(issues.map(({ expression = [] }) => expression.join())).toContain(
    `Bundle.entry[${COUNT - 1}].resource.active`,
  );
  expect(issues.map(({ text }) => text).join()).toContain('must meet');
});

import { defineOperation, type AnyResource, type ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { canBeFound, findMatches, type Match } from '../matching/find-matches.ts';

const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';
const MOST = 100;

/** https://hl7.org/fhir/R4/patient-operation-match.html; IHE PDQm, ITI-119 */
export const match = defineOperation({
  code: 'match',
  title: 'Find a patient',
  text: 'Finds the patients whom a description may mean, each with a score and how sure it is. Twins, and people who share name and birth date alone, are never certain.',
  levels: ['type'],
  types: ['Patient'],
  affectsState: false,
  input: {
    resource: { type: 'Resource', min: 1, text: 'A Patient with what is known of the person.' },
    onlyCertainMatches: { type: 'boolean', text: 'Only a match that is certain; several that seem so are none.' },
    count: { type: 'integer', text: `How many matches at most, 1 to ${MOST}.` },
  },
  output: { return: { type: 'Resource', min: 1, text: 'A Bundle of type searchset, the surest match first.' } },
  async run(context, { input: { resource, onlyCertainMatches = false, count = MOST } }) {
    const described = expectDescription(resource);
    if (count < 1 || count > MOST) throw faults.badCount(MOST);
    const matches = await findMatches(context, described);
    const wanted = matches.filter(({ grade }) => !onlyCertainMatches || grade === 'certain').slice(0, count);
    const entry = wanted.map((each) => entryOf(each, context.baseUrl));
    return {
      resourceType: 'Bundle',
      id: context.newId(),
      type: 'searchset',
      timestamp: context.now().toISOString(),
      total: entry.length,
      ...(entry.length === 0 ? {} : { entry }),
    };
  },
});

/** @throws Fault 422 when it is no Patient, or says nothing by which one can be found */
function expectDescription(resource: AnyResource): ResourceOf<'Patient'> {
  if (resource.resourceType !== 'Patient') throw faults.notAPatient();
  if (!canBeFound(resource)) throw faults.saysTooLittle();
  return resource;
}

function entryOf(
  { patient, score, grade }: Match,
  baseUrl: string,
): NonNullable<ResourceOf<'Bundle'>['entry']>[number] {
  return {
    fullUrl: `${baseUrl}/Patient/${patient.id}`,
    resource: patient,
    search: { extension: [{ url: MATCH_GRADE, valueCode: grade }], mode: 'match', score },
  };
}

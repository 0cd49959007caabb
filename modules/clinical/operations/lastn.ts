import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { newestPerCode } from '../vitals/newest-per-code.ts';

/** More than anybody looks at; whoever has more asks for a time. */
const MOST = 10_000;

/** The newest Observations of each code. https://hl7.org/fhir/R4/observation-operation-lastn.html */
export const lastn = defineOperation({
  code: 'lastn',
  title: 'Newest Observations of each code',
  text:
    'The most recent Observations of one patient or subject, by code: the newest max of each. Codes that occur together in an ' +
    'Observation are one. What was entered in error or cancelled is left out, unless status asks for it.',
  levels: ['type'],
  types: ['Observation'],
  affectsState: false,
  input: {
    max: { type: 'positiveInt', text: 'How many of each code; default 1.' },
    patient: { type: 'string', text: 'Whose: Patient/1, as in a search.' },
    subject: { type: 'string', text: 'Of whom or what, as in a search.' },
    category: { type: 'string', max: '*', text: 'As in a search: vital-signs.' },
    code: { type: 'string', max: '*', text: 'As in a search: http://loinc.org|8867-4.' },
    date: { type: 'string', max: '*', text: 'As in a search: ge2026-01-01.' },
    status: { type: 'string', max: '*', text: 'As in a search; default: all but entered-in-error and cancelled.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'A searchset Bundle, the newest first.' } },
  async run(context, { input: { max = 1, ...criteria } }) {
    if (criteria.patient === undefined && criteria.subject === undefined) throw faults.lastnNeedsSubject();
    if ([criteria.patient, criteria.subject].some((each) => each?.includes(','))) throw faults.lastnNeedsSubject();
    if (criteria.category.length + criteria.code.length === 0) throw faults.lastnNeedsCode();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(criteria)) {
      for (const each of [value ?? []].flat()) query.append(name, each);
    }
    if (criteria.status.length === 0) query.append('status:not', 'entered-in-error,cancelled');
    query.append('_sort', '-date');
    const found = newestPerCode(await context.search('Observation', query.toString(), MOST), max);
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      total: found.length,
      entry: found.map((resource) => ({
        fullUrl: `${context.baseUrl}/Observation/${resource.id}`,
        resource,
        search: { mode: 'match' as const },
      })),
    };
  },
});

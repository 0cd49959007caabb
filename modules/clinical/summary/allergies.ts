import { isInForce } from '../record/allergies.ts';
import { ABSENT_UNKNOWN, conceptText } from '../terms.ts';
import { line, query, type SummarySection } from './section-content.ts';

/** Allergies in force, and statements that there are none. */
export const allergies: SummarySection = {
  title: 'Allergies and Intolerances',
  code: '48765-2',
  display: 'Allergies and adverse reactions Document',
  async gather({ context, patient }) {
    const all = await context.search('AllergyIntolerance', query({ patient }));
    return all.filter(isInForce).map((resource) => {
      const { code, recordedDate, criticality, reaction = [] } = resource;
      const signs = reaction.flatMap(({ manifestation }) => manifestation.map(conceptText));
      const risk = criticality === 'high' ? 'high criticality' : undefined;
      return { resource, text: line(conceptText(code), recordedDate, risk, ...signs) };
    });
  },
  absent: (subject) => ({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
    code: { coding: [{ system: ABSENT_UNKNOWN, code: 'no-allergy-info', display: 'No information about allergies' }] },
    patient: { reference: subject },
  }),
};

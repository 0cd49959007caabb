import { conceptText } from '../terms.ts';
import { line, query, type SummarySection } from './section-content.ts';

export const immunizations: SummarySection = {
  title: 'Immunisations',
  code: '11369-6',
  display: 'History of Immunization note',
  async gather({ context, patient }) {
    const found = await context.search('Immunization', query({ patient, status: 'completed', _sort: '-date' }));
    return found.map((resource) => {
      const { vaccineCode, occurrenceDateTime, lotNumber } = resource;
      return { resource, text: line(conceptText(vaccineCode), occurrenceDateTime, lotNumber && `lot ${lotNumber}`) };
    });
  },
};

export const procedures: SummarySection = {
  title: 'Procedures',
  code: '47519-4',
  display: 'History of Procedures Document',
  async gather({ context, patient }) {
    const found = await context.search(
      'Procedure',
      query({ patient, status: 'completed,in-progress', _sort: '-date' }),
    );
    return found.map((resource) => {
      const { code, performedDateTime, performedPeriod } = resource;
      return { resource, text: line(conceptText(code), performedDateTime ?? performedPeriod?.start) };
    });
  },
};

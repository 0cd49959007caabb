import type { Stored } from '#sdk';
import { isOver, isTrue } from '../record/problems.ts';
import { ABSENT_UNKNOWN, conceptText } from '../terms.ts';
import { line, query, type SummaryItem, type SummaryReader, type SummarySection } from './section-content.ts';

/** What goes on, and statements that nothing does. */
export const problems: SummarySection = {
  title: 'Problems',
  code: '11450-4',
  display: 'Problem list - Reported',
  gather: async (reader) => (await conditions(reader)).filter((each) => !isOver(each)).map(itemOf),
  absent: (subject) => ({
    resourceType: 'Condition',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    code: { coding: [{ system: ABSENT_UNKNOWN, code: 'no-problem-info', display: 'No information about problems' }] },
    subject: { reference: subject },
  }),
};

export const pastIllnesses: SummarySection = {
  title: 'Past illnesses',
  code: '11348-0',
  display: 'History of Past illness Narrative',
  gather: async (reader) => (await conditions(reader)).filter(isOver).map(itemOf),
};

async function conditions({ context, patient }: SummaryReader): Promise<readonly Stored<'Condition'>[]> {
  return (await context.search('Condition', query({ patient }))).filter(isTrue);
}

function itemOf(resource: Stored<'Condition'>): SummaryItem {
  const { code, onsetDateTime, recordedDate, severity, verificationStatus } = resource;
  const certainty = conceptText(verificationStatus);
  return {
    resource,
    text: line(
      conceptText(code),
      onsetDateTime ?? recordedDate,
      conceptText(severity),
      certainty === 'confirmed' ? undefined : certainty,
    ),
  };
}

import type { ResourceOf, Stored } from '#sdk';
import { ABSENT_UNKNOWN, conceptText } from '../terms.ts';
import { line, query, type SummaryItem, type SummaryReader, type SummarySection } from './section-content.ts';

type Used = Stored<'MedicationRequest'> | Stored<'MedicationStatement'>;

/** What the patient takes or was ordered, as far as it goes on. */
export const medications: SummarySection = {
  title: 'Medications',
  code: '10160-0',
  display: 'History of Medication use Narrative',
  async gather(reader) {
    const { context, patient } = reader;
    const [statements, requests] = await Promise.all([
      context.search('MedicationStatement', query({ patient, status: 'active,intended,on-hold' })),
      context.search(
        'MedicationRequest',
        query({ patient, status: 'active,on-hold', 'intent:not': 'proposal,option' }),
      ),
    ]);
    return Promise.all([...requests, ...statements].map((each) => itemOf(reader, each)));
  },
  absent: (subject) => ({
    resourceType: 'MedicationStatement',
    status: 'unknown',
    medicationCodeableConcept: {
      coding: [{ system: ABSENT_UNKNOWN, code: 'no-medication-info', display: 'No information about medications' }],
    },
    subject: { reference: subject },
  }),
};

async function itemOf({ context }: SummaryReader, resource: Used): Promise<SummaryItem> {
  const medication = await context.resolve(resource.medicationReference, 'Medication');
  const contained = containedMedication(resource);
  const name =
    conceptText(resource.medicationCodeableConcept) ??
    conceptText(medication?.code ?? contained?.code) ??
    resource.medicationReference?.display;
  const dosages = resource.resourceType === 'MedicationRequest' ? resource.dosageInstruction : resource.dosage;
  const since = resource.resourceType === 'MedicationRequest' ? resource.authoredOn : resource.effectiveDateTime;
  const text = line(name, since, ...(dosages ?? []).map((dosage) => dosage.text));
  return { resource, text, ...(medication === undefined ? {} : { needs: [medication] }) };
}

function containedMedication({ contained, medicationReference }: Used): ResourceOf<'Medication'> | undefined {
  const found = contained?.find(({ id }) => `#${id ?? ''}` === medicationReference?.reference);
  return found?.resourceType === 'Medication' ? found : undefined;
}

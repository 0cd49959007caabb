import { defineOperation, type ClinicReader, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { summaryDocument } from '../summary/summary-document.ts';

/** https://hl7.org/fhir/uv/ips/STU1.1/OperationDefinition-summary.html */
export const summary = defineOperation({
  code: 'summary',
  title: 'International Patient Summary',
  text:
    'The International Patient Summary as a document: medications, allergies and problems always, immunisations, procedures, ' +
    'results, vital signs and past illnesses when there are any. It holds what the caller may see, and nothing that was entered in error.',
  levels: ['type', 'instance'],
  types: ['Patient'],
  affectsState: false,
  input: { identifier: { type: 'string', text: 'On the type: whose, system|value.' } },
  output: { return: { type: 'Resource', min: 1, text: 'A Bundle of type document.' } },
  async run(context, { id, input: { identifier } }) {
    if ((id === undefined) === (identifier === undefined)) throw faults.summaryOfWhom();
    const patient =
      id === undefined ? await byIdentifier(context, identifier ?? '') : await context.read('Patient', id);
    if (patient === undefined) throw faults.noPatientWithIdentifier();
    return summaryDocument(context, patient);
  },
});

async function byIdentifier(reader: ClinicReader, identifier: string): Promise<Stored<'Patient'> | undefined> {
  const [patient, ...others] = await reader.search('Patient', new URLSearchParams({ identifier }).toString(), 20);
  if (others.length > 0) throw faults.severalPatients();
  return patient;
}

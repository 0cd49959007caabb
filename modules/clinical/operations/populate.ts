import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { populated } from '../forms/populated.ts';
import { prefilling } from '../forms/prefilling.ts';

/** https://hl7.org/fhir/uv/sdc/OperationDefinition-Questionnaire-populate.html */
export const populate = defineOperation({
  code: 'populate',
  title: 'Fill in a form beforehand',
  text:
    'A QuestionnaireResponse, not stored, with initial values and those of initialExpression (FHIRPath). Expressions know %patient, ' +
    '%encounter, %user, and as texts for people %vitals, %problems, %allergies and %medications.',
  levels: ['instance'],
  types: ['Questionnaire'],
  affectsState: false,
  input: {
    subject: { type: 'string', min: 1, text: 'Whom it is about: Patient/1.' },
    encounter: { type: 'string', text: 'During which Encounter: Encounter/1.' },
  },
  output: { response: { type: 'Resource', min: 1, text: 'The QuestionnaireResponse, in progress.' } },
  async run(context, { id = '', input: { subject, encounter } }) {
    const questionnaire = await context.read('Questionnaire', id);
    if (questionnaire === undefined) throw faults.formUnknown();
    const facts = await prefilling(context, { subject, encounter });
    return { response: populated(context, questionnaire, facts) };
  },
});

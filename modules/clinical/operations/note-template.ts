import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { populated } from '../forms/populated.ts';
import { prefilling } from '../forms/prefilling.ts';
import { questionnaireOf } from '../forms/questionnaire-of.ts';
import { BASE } from '../terms.ts';

const SOAP = `${BASE}/Questionnaire/clinical-soap-note`;

/** What somebody begins a note with. */
export const noteTemplate = defineOperation({
  code: 'note-template',
  title: 'Begin a note',
  text:
    'A progress note of the Encounter as a QuestionnaireResponse, not stored, filled in with what is known: vital signs of today and ' +
    'problems. It is stored, saved again with If-Match, extracted and signed.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: false,
  input: { questionnaire: { type: 'uri', text: `Canonical of the form; default ${SOAP}.` } },
  output: { return: { type: 'Resource', min: 1, text: 'The QuestionnaireResponse, in progress.' } },
  async run(context, { id = '', input }) {
    const encounter = await context.read('Encounter', id);
    const subject = encounter?.subject?.reference;
    if (subject === undefined) throw faults.populateSubject();
    const questionnaire = await questionnaireOf(context, input.questionnaire ?? SOAP);
    const facts = await prefilling(context, { subject, encounter: `Encounter/${id}` });
    return populated(context, questionnaire, facts);
  },
});

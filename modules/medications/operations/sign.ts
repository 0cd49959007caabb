import { defineOperation } from '#sdk';
import { mayPrescribe, prescriberRoles } from '../actors.ts';
import { faults } from '../faults.ts';
import { readOverrides, signOrder } from '../sign-order.ts';

export const sign = defineOperation({
  code: 'sign',
  title: 'Sign an order',
  text: 'Brings a draft into force in the name of the prescriber who is signed in: it is checked, alerts that are overridden are stored with the reason, and the version in force is signed. Controlled drugs need a second factor of the last minutes.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: {
    override: {
      type: 'CodeableConcept',
      max: '*',
      text: 'An alert that is accepted: its key as text, the reason as a coding of override-reason.',
    },
  },
  output: {
    order: { type: 'Resource', min: 1, text: 'The order in force.' },
    issue: { type: 'Resource', max: '*', text: 'What is known against it: those that were overridden, and warnings.' },
    'not-checked': { type: 'string', max: '*', text: 'What could not be checked, and why.' },
  },
  async run(context, { id = '', input }) {
    if (context.actor.kind !== 'server' && !mayPrescribe(context)) {
      throw faults.notPrescriber(prescriberRoles(context));
    }
    const overrides = readOverrides(input.override);
    return context.inTransaction(async (clinic) => {
      const draft = await clinic.read('MedicationRequest', id);
      if (draft === undefined || draft.status !== 'draft') throw faults.notDraft(draft?.status ?? 'not there');
      const { order, issues, notChecked } = await signOrder(clinic, context, draft, overrides);
      return { order, issue: issues, 'not-checked': notChecked.map(({ subject, text }) => `${subject}: ${text}`) };
    });
  },
});

import { defineFaults } from '#sdk';

export const faults = defineFaults('decision-support', {
  badOverride: {
    status: 422,
    issue: 'business-rule',
    text:
      'An override of a drug issue is about one issue, and needs in each mitigation an action with a code of ' +
      'https://athanor.health/fhir/CodeSystem/override-reason and as author a Practitioner or PractitionerRole.',
  },
  notYourOverride: {
    status: 422,
    issue: 'forbidden',
    text: 'Only a clinician overrides a drug issue, and only in their own name: author must be who writes it, by Practitioner or their PractitionerRole.',
  },
  overrideIsKept: {
    status: 422,
    issue: 'business-rule',
    text: 'The override of a drug issue is kept as it was written. Stop the order and write a new one instead.',
  },
  badRule: {
    status: 422,
    issue: 'business-rule',
    text: (why: string) => `This rule cannot be used by checks: ${why}.`,
  },
  drugInUse: {
    status: 422,
    issue: 'business-rule',
    text: 'Active orders refer to this drug: what it is made of cannot be changed. Make a new one and order that.',
  },
  badRules: {
    status: 400,
    issue: 'value',
    text: (why: string) => `The rules cannot be read: ${why}`,
  },
  noOrder: {
    status: 400,
    issue: 'required',
    text: 'The body must be a MedicationRequest, or Parameters with one in "order".',
  },
});

import { defineFaults } from '#sdk';

export const faults = defineFaults('clinical', {
  lastnNeedsSubject: {
    status: 400,
    issue: 'required',
    text: '$lastn needs patient or subject, one: whose Observations, such as patient=Patient/1.',
  },
  lastnNeedsCode: {
    status: 400,
    issue: 'required',
    text: '$lastn needs category or code: which Observations, such as category=vital-signs.',
  },
  statsNeedsStatistic: {
    status: 400,
    issue: 'required',
    text: (known: string) => `$stats needs at least one statistic; there are ${known}.`,
  },
  statsNeedsCode: {
    status: 400,
    issue: 'required',
    text: '$stats needs what was measured: code with system, or coding with both.',
  },
  statsManyCodes: {
    status: 400,
    issue: 'too-costly',
    text: (most: number) => `$stats takes at most ${most} codes at once.`,
  },
  statsOneTime: { status: 400, issue: 'value', text: '$stats takes duration or period, not both.' },
  statsDuration: {
    status: 400,
    issue: 'value',
    text: 'The duration is a number of hours above zero that ends after 1970.',
  },
  statsUnits: {
    status: 422,
    issue: 'business-rule',
    text: (units: string) =>
      `The values are in several units (${units}), which are not mixed; choose a period in which there is one.`,
  },
  allergyContradiction: {
    status: 409,
    issue: 'conflict',
    text:
      'An allergy in force and a statement that there is none of its kind cannot stand beside each other: set the one that ' +
      'is no longer true to inactive, refuted or entered-in-error first (or in the same transaction).',
  },
  doseTwice: {
    status: 409,
    issue: 'duplicate',
    text:
      'This vaccine is recorded as given to the patient on this day already. A dose is given once a day; correct the other ' +
      'record, or mark it as entered-in-error.',
  },
  noPatientWithIdentifier: {
    status: 404,
    issue: 'not-found',
    text: 'There is no patient with this identifier whom you may see.',
  },
  severalPatients: {
    status: 412,
    issue: 'multiple-matches',
    text: 'Several patients have this identifier; please give it with its system, system|value.',
  },
  summaryOfWhom: {
    status: 400,
    issue: 'required',
    text: 'Patient/$summary needs identifier (system|value); Patient/[id]/$summary takes none.',
  },
  noteIsFinal: {
    status: 422,
    issue: 'business-rule',
    text: 'A note that is final cannot be changed or deleted. Composition/[id]/$amend makes an amended version, and keeps this one in the history.',
  },
  noteNotSigned: {
    status: 422,
    issue: 'business-rule',
    text: 'A note of the clinic becomes final by the signature of its author: Composition/[id]/$sign. Until then it is preliminary.',
  },
  signatureIsKept: {
    status: 422,
    issue: 'business-rule',
    text: 'The signature of a note cannot be changed or deleted.',
  },
  notTheAuthor: {
    status: 403,
    issue: 'forbidden',
    text: 'Only an author of the note may sign or amend it, signed in as the person whom Composition.author names.',
  },
  noteWasVoided: {
    status: 422,
    issue: 'business-rule',
    text: 'This note was entered in error and is not used any more; please write another one.',
  },
  noteIsEmpty: {
    status: 422,
    issue: 'business-rule',
    text: 'There is nothing to sign: the note needs at least one section with text.',
  },
  noteNotFinal: {
    status: 422,
    issue: 'business-rule',
    text: 'Only a final note is amended; a preliminary one is simply changed.',
  },
  amendsOther: {
    status: 422,
    issue: 'business-rule',
    text: 'An amendment changes title, section and text of the note, and nothing else; status amended needs composition with what it says now.',
  },
  noteChanged: {
    status: 412,
    issue: 'conflict',
    text: 'The note has another version by now than composition.meta.versionId; read it again.',
  },
  amendsNothing: {
    status: 422,
    issue: 'business-rule',
    text: 'The amended version says the same as the one that there is.',
  },
  noSuchNote: { status: 404, issue: 'not-found', text: 'There is no such Composition that you may see.' },
  formUnknown: {
    status: 422,
    issue: 'not-found',
    text: 'The Questionnaire is not known here: questionnaire must be the url (or url|version) of one that is stored and that you may read.',
  },
  formNotComplete: {
    status: 422,
    issue: 'business-rule',
    text: 'Only a response that is completed or amended is extracted; this one is still in progress or was stopped.',
  },
  formHasNoTemplates: {
    status: 422,
    issue: 'business-rule',
    text:
      'The Questionnaire says of no resource how it is made: it needs the extension sdc-questionnaire-templateExtract, on itself or an ' +
      'item, whose template refers to a contained resource.',
  },
  templateUnknown: {
    status: 422,
    issue: 'business-rule',
    text: (id: string) => `The Questionnaire contains no resource #${id} that a templateExtract refers to.`,
  },
  templateSeveral: {
    status: 422,
    issue: 'business-rule',
    text: (element: string) =>
      `The template gives several values to ${element}, which has one: a repeating item needs a template of its own.`,
  },
  templateType: {
    status: 422,
    issue: 'not-supported',
    text: (type: string) =>
      `A ${type} has no identifier, so that it could not be found again; a template needs a type that has one.`,
  },
  extractNeedsResponse: {
    status: 400,
    issue: 'required',
    text: 'QuestionnaireResponse/$extract needs questionnaire-response, a QuestionnaireResponse; on an instance it takes none.',
  },
  populateSubject: {
    status: 404,
    issue: 'not-found',
    text: 'The subject must be a Patient, and the encounter an Encounter of that patient, that you may see.',
  },
});

import { defineFaults } from '#sdk';

/** Names of states or numbers, as sentences list them. */
const listed = (names: readonly string[]): string => names.join(', ') || 'none';

export const faults = defineFaults('administration', {
  mrnInvalid: {
    status: 422,
    issue: 'value',
    text: 'A medical record number of the clinic has eleven digits, of which the last two are check digits (ISO/IEC 7064, MOD 97-10) that are right. Leave it out, and the server gives one.',
  },
  mrnKept: {
    status: 422,
    issue: 'business-rule',
    text: 'A patient keeps the medical record number of the clinic: send it as it was, or leave it out.',
  },
  mrnTwice: {
    status: 422,
    issue: 'business-rule',
    text: 'A patient has one medical record number of an organization. Numbers of charts that were merged into this one have use "old".',
  },
  mrnTaken: {
    status: 409,
    issue: 'duplicate',
    text: 'Another patient has this medical record number. Leave it out, and the server gives one.',
  },
  mrnNotMerged: {
    status: 422,
    issue: 'business-rule',
    text: 'An old medical record number of the clinic is that of a chart which was merged into this one: Patient/$merge writes it.',
  },
  mrnExhausted: {
    status: 409,
    issue: 'transient',
    text: 'No free medical record number was found at once. Send the patient again.',
  },
  statusRefused: {
    status: 422,
    issue: 'business-rule',
    text: (from: string, to: readonly string[]) =>
      `An Encounter that is ${from} stays so or becomes: ${listed(to)}; no other status.`,
  },
  notPresent: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) =>
      `An Encounter that is ${status} cannot be discharged; one that is in-progress or onleave can.`,
  },
  bedTaken: {
    status: 409,
    issue: 'conflict',
    text: 'Another Encounter has this bed, or it is kept for one. Choose another bed, or transfer that patient first.',
  },
  secondBed: {
    status: 409,
    issue: 'conflict',
    text: 'A patient lies in one bed: leave the one before (location.status completed), or use Encounter/$transfer.',
  },
  bedClosed: {
    status: 422,
    issue: 'business-rule',
    text: 'The bed is closed, is being cleaned, or is contaminated: its Location must be active, with another operationalStatus than C, H or K.',
  },
  notABed: {
    status: 422,
    issue: 'business-rule',
    text: 'bed must refer to a Location of this server whose physicalType is bd (https://hl7.org/fhir/R4/valueset-location-physical-type.html).',
  },
  onLeave: {
    status: 422,
    issue: 'business-rule',
    text: 'The patient is on leave and has a place already: the Encounter becomes in-progress when they return; $transfer changes the bed.',
  },
  notThere: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) =>
      `The Encounter is ${status}: only one that is arrived, triaged, in-progress or onleave is transferred.`,
  },
  notAPatient: { status: 422, issue: 'value', text: 'resource must be a Patient.' },
  saysTooLittle: {
    status: 422,
    issue: 'business-rule',
    text: 'The description says too little of the person: it needs an identifier with system and value, the day of birth, a family name with a given name, or a telephone number.',
  },
  badCount: {
    status: 422,
    issue: 'value',
    text: (most: number) => `count must be 1 to ${most}.`,
  },
  thereAlready: {
    status: 409,
    issue: 'duplicate',
    text: 'The patient seems to be registered already. Use that patient, or send force = true for somebody else.',
  },
  mergeUnknown: {
    status: 422,
    issue: 'not-found',
    text: 'source-patient and target-patient must refer to two different patients of this server, such as Patient/123.',
  },
  mergeReplaced: {
    status: 422,
    issue: 'business-rule',
    text: 'One of the two patients was merged into another one already: name the patients who are in use.',
  },
  notMerged: {
    status: 422,
    issue: 'business-rule',
    text: 'The patient was not merged by Patient/$merge, or was taken apart again already: only what $merge did is undone.',
  },
  replacedInUse: {
    status: 422,
    issue: 'business-rule',
    text: 'Other resources still refer to this patient. Patient/$merge marks a patient as replaced and moves everything to the other one.',
  },
  replacedActive: {
    status: 422,
    issue: 'business-rule',
    text: 'A patient who was merged into another one is not active, and stays so until Patient/$unmerge takes the two apart.',
  },
  partOfItself: {
    status: 422,
    issue: 'business-rule',
    text: 'partOf must not lead back: nothing is a part of its own parts.',
  },
  tooDeep: {
    status: 422,
    issue: 'business-rule',
    text: (most: number) => `partOf may lead through ${most} levels at most.`,
  },
  historyContradicts: {
    status: 422,
    issue: 'business-rule',
    text: 'What statusHistory or classHistory say of the past contradicts itself: periods follow each other without overlap, begin no later than now, and only the last one is open.',
  },
});

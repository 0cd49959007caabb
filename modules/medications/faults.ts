import { defineFaults } from '#sdk';

export const faults = defineFaults('medications', {
  badTransition: {
    status: 422,
    issue: 'business-rule',
    text: (from: string, to: string, accepted: readonly string[]) =>
      `An order that is ${from} does not become ${to}; ${
        accepted.length === 0 ? 'it changes no more' : `it may become ${accepted.join(', ')}`
      }.`,
  },
  orderFrozen: {
    status: 422,
    issue: 'business-rule',
    text: (elements: readonly string[]) =>
      `What was ordered does not change once it was in force (here: ${elements.join(', ')}). Stop the order and write another one.`,
  },
  orderKept: {
    status: 422,
    issue: 'business-rule',
    text: 'Only drafts of orders can be deleted; others are cancelled, stopped, or marked as entered in error.',
  },
  notPrescriber: {
    status: 403,
    issue: 'forbidden',
    text: (roles: readonly string[]) =>
      `An order comes into force by somebody with one of the roles ${roles.join(', ')}; others may leave it as a draft.`,
  },
  otherRequester: {
    status: 403,
    issue: 'forbidden',
    text: 'Who brings an order into force signs it: its requester must be the one who does it, or be left out.',
  },
  scheduleTwoRefills: {
    status: 422,
    issue: 'business-rule',
    text: 'A drug of schedule II is not dispensed again on one prescription (21 CFR 1306.12): numberOfRepeatsAllowed must be 0.',
  },
  badDeaNumber: {
    status: 422,
    issue: 'business-rule',
    text: 'The DEA number of the requester is none: it has two letters and seven digits, the last of which is a check digit.',
  },
  notDraft: {
    status: 409,
    issue: 'conflict',
    text: (status: string) => `Only a draft can be signed; this order is ${status}.`,
  },
  notActive: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) => `This needs an order that is active; it is ${status}.`,
  },
  notEnded: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) =>
      `A pharmacy is told that an order has ended once it has; this one is ${status}. $cancel does both.`,
  },
  overrideWithoutIssue: {
    status: 422,
    issue: 'business-rule',
    text: (keys: readonly string[]) =>
      `There is no such issue to override. ${keys.length === 0 ? 'There are none' : `There are: ${keys.join(', ')}`}.`,
  },
  overrideIncomplete: {
    status: 400,
    issue: 'required',
    text: 'Each override has the key of an issue as its text, and a code of the system override-reason as its coding.',
  },
  signerUnknown: {
    status: 403,
    issue: 'forbidden',
    text: 'Who does this must be signed in as a Practitioner or PractitionerRole.',
  },
  quantityExceeded: {
    status: 422,
    issue: 'business-rule',
    text: (authorised: string, dispensed: string, unit: string) =>
      `More than is authorised would be dispensed: ${authorised} ${unit} with all repeats, ${dispensed} ${unit} with this one.`,
  },
  nothingAuthorised: {
    status: 422,
    issue: 'business-rule',
    text: 'The prescription does not say how much may be dispensed: dispenseRequest.quantity is missing. It needs a new one that does.',
  },
  unitMismatch: {
    status: 422,
    issue: 'business-rule',
    text: (unit: string) => `What is dispensed of this prescription is counted in its unit, ${unit}.`,
  },
  quantityMissing: {
    status: 422,
    issue: 'required',
    text: 'What is dispensed of a prescription of the clinic has a quantity of more than nothing.',
  },
  notDispensable: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) => `Nothing is dispensed of a prescription that is ${status}; it must be active.`,
  },
  prescriptionExpired: {
    status: 422,
    issue: 'business-rule',
    text: (end: string) => `The prescription was valid until ${end}; the patient needs a new one.`,
  },
  otherPatient: {
    status: 422,
    issue: 'business-rule',
    text: 'This is for another patient than the order.',
  },
  wrongPatient: {
    status: 422,
    issue: 'business-rule',
    text: 'The wristband that was scanned is not of the patient whom the order is for. Nothing was recorded.',
  },
  unknownLot: {
    status: 422,
    issue: 'business-rule',
    text: 'The barcode that was scanned is of no lot in stock here. A GS1 barcode with (01) and (10) is read.',
  },
  wrongLot: {
    status: 422,
    issue: 'business-rule',
    text: 'The lot that was scanned is of another medication than the one that is ordered. Nothing was recorded.',
  },
  otherDrug: {
    status: 422,
    issue: 'business-rule',
    text: 'This is another medication than the one that is ordered: it needs a code of the order, or the lot that was scanned.',
  },
  lotUnusable: {
    status: 422,
    issue: 'business-rule',
    text: (why: string) => `This lot must not be given: it is ${why}.`,
  },
  scanNeeded: {
    status: 422,
    issue: 'required',
    text: 'What is given is scanned: lot-barcode is missing.',
  },
  doseTimeNeeded: {
    status: 422,
    issue: 'required',
    text: 'Which dose this is has to be said: its due time (extension mar-due-time; dose-time of $administer).',
  },
  noSuchDose: {
    status: 422,
    issue: 'business-rule',
    text: 'By the timing of the order no dose is due at that time; Encounter/[id]/$mar lists those that are.',
  },
  doseTaken: {
    status: 409,
    issue: 'conflict',
    text: 'This dose is recorded already. Correct that record where it is wrong; do not give the dose again.',
  },
  tooEarly: {
    status: 422,
    issue: 'business-rule',
    text: (minutes: number) => `A dose is given ${minutes} minutes before it is due at the earliest.`,
  },
  tooSoon: {
    status: 422,
    issue: 'business-rule',
    text: (next: string) => `As needed, but not so soon after another dose: the next one may be given at ${next}.`,
  },
  inFuture: {
    status: 422,
    issue: 'business-rule',
    text: 'What was given was given in the past: the time of an administration must not be in the future.',
  },
  timeNeeded: {
    status: 422,
    issue: 'required',
    text: 'When it was given has to be said to the minute: effectiveDateTime or effectivePeriod.start with a time and a zone.',
  },
  orderNotInForce: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) => `The order is ${status}, and was at that time: nothing is given of it.`,
  },
  witnessNeeded: {
    status: 422,
    issue: 'required',
    text: (schedule: string) =>
      `A drug of schedule ${schedule.replace('C', '')} is given before a witness; witness is missing.`,
  },
  witnessSelf: {
    status: 422,
    issue: 'business-rule',
    text: 'A witness is somebody else than the one who gives the dose.',
  },
  witnessUnfit: {
    status: 422,
    issue: 'business-rule',
    text: (roles: readonly string[]) => `A witness is a Practitioner who works here as ${roles.join(', ')}.`,
  },
  reasonNeeded: {
    status: 422,
    issue: 'required',
    text: 'Why a dose was not given has to be said (statusReason; not-given of $administer).',
  },
  administrationFrozen: {
    status: 422,
    issue: 'business-rule',
    text: 'What is recorded of a dose does not change: mark the record as entered in error and record the dose again.',
  },
  administrationKept: {
    status: 422,
    issue: 'business-rule',
    text: 'The record of a dose is not deleted; one that is wrong is marked as entered in error.',
  },
  notPatient: {
    status: 422,
    issue: 'business-rule',
    text: 'The order is for a Patient of this server, or this cannot be done with it.',
  },
  pharmacyNeeded: {
    status: 422,
    issue: 'required',
    text: 'Where the prescription goes has to be said: "to" is the Location of a pharmacy here, or the Organization of a partner; or dispenseRequest.performer of the order.',
  },
  noPharmacy: {
    status: 422,
    issue: 'business-rule',
    text: 'There is no way to send a prescription there: a Location needs stock-kind "pharmacy"; an Organization an active Endpoint of connection type hl7-fhir-msg.',
  },
  notRefillable: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) =>
      `More can be asked for of a prescription that is active or completed; this one is ${status}.`,
  },
  inpatientRefill: {
    status: 422,
    issue: 'business-rule',
    text: 'What a ward gives needs no refill; this is for prescriptions.',
  },
  notRefillTask: {
    status: 422,
    issue: 'business-rule',
    text: 'This is no request for a refill: a Task with code "refill" of medication-task whose focus is a MedicationRequest.',
  },
  refillDecided: {
    status: 409,
    issue: 'conflict',
    text: (status: string) => `This request is decided already: it is ${status}.`,
  },
  noApprovalNeeded: {
    status: 422,
    issue: 'business-rule',
    text: 'The prescription has repeats left: the pharmacy dispenses without an approval.',
  },
  badMarWindow: {
    status: 400,
    issue: 'value',
    text: (most: number) => `at is a moment with a time and a zone, and hours at most ${most}.`,
  },
  badRepeats: {
    status: 400,
    issue: 'value',
    text: 'repeats says how often a prescription may be dispensed again: 0 or more.',
  },
  refillUnapproved: {
    status: 403,
    issue: 'forbidden',
    text: 'Whether there is a refill is decided by a prescriber, with $approve-refill or $reject-refill.',
  },
  listNeeded: {
    status: 422,
    issue: 'business-rule',
    text: (what: string) => `The reconciled list cannot be used: ${what}`,
  },
});

import type { JsonObject } from '../../../server/kernel/json.ts';
import { textOf, type DataSet } from '../dimse/data-set.ts';
import { systemOf } from '../worklist/code-items.ts';
import { nameOf, objectOf, objectsOf } from '../worklist/fhir-elements.ts';
import type { StepFacts } from './step-facts.ts';

/** https://hl7.org/fhir/R4/valueset-event-status.html */
const STATUSES = { 'IN PROGRESS': 'in-progress', COMPLETED: 'completed', DISCONTINUED: 'stopped' } as const;

/** The identifier by which a step is found again. @param uid SOP Instance UID */
export function stepIdentifier(uid: string): { readonly system: string; readonly value: string } {
  return { system: 'urn:dicom:uid', value: `urn:oid:${uid}` };
}

/**
 * A step of a modality is a Procedure: it is done to the patient, has a beginning, an end and a reason for being stopped, and
 * ImagingStudy.procedureReference and charges may point to it. A Task would say that somebody was asked, which the order does.
 */
export function newProcedure(
  uid: string,
  facts: StepFacts,
  {
    orders,
    subject,
    device,
  }: { readonly orders: readonly JsonObject[]; readonly subject: string; readonly device: string | undefined },
): JsonObject {
  const [first = {}] = orders;
  const performer = [
    ...facts.performers.map((name) => ({ actor: { display: readableName(name) } })),
    ...(device === undefined ? [] : [{ actor: { reference: device } }]),
  ];
  return {
    resourceType: 'Procedure',
    identifier: [stepIdentifier(uid)],
    basedOn: orders.map((order) => ({ reference: nameOf(order) })),
    ...changesOf(facts),
    status: 'in-progress',
    category: { coding: [{ system: 'http://snomed.info/sct', code: '363679005', display: 'Imaging' }] },
    ...(first.code === undefined ? {} : { code: first.code }),
    subject: { reference: subject },
    ...(first.encounter === undefined ? {} : { encounter: first.encounter }),
    ...(performer.length === 0 ? {} : { performer }),
    ...(facts.description === '' ? {} : { note: [{ text: facts.description }] }),
  };
}

/** The Procedure after an N-SET; what it does not mention stays. */
export function changedProcedure(procedure: JsonObject, facts: StepFacts): JsonObject {
  const { performedPeriod, ...changes } = changesOf(facts);
  const names = facts.performers.map(readableName);
  const had = objectsOf(procedure.performer);
  const isNew = (name: string): boolean => !had.some(({ actor }) => objectOf(actor).display === name);
  const performer = [...had, ...names.filter(isNew).map((name) => ({ actor: { display: name } }))];
  return {
    ...procedure,
    ...changes,
    ...(performedPeriod === undefined
      ? {}
      : { performedPeriod: { ...objectOf(procedure.performedPeriod), ...performedPeriod } }),
    ...(performer.length === 0 ? {} : { performer }),
  };
}

function changesOf({ status, start, end, reason }: StepFacts): JsonObject & { readonly performedPeriod?: JsonObject } {
  const period = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  return {
    ...(status === undefined || status === 'unknown' ? {} : { status: STATUSES[status] }),
    ...(start === undefined && end === undefined ? {} : { performedPeriod: period }),
    ...(reason === undefined || status !== 'DISCONTINUED' ? {} : { statusReason: conceptOf(reason) }),
  };
}

/** A code item: of schemes that are nobody else's, the text alone stands for the code. */
function conceptOf(item: DataSet): JsonObject {
  const code = textOf(item, 'CodeValue') || textOf(item, 'LongCodeValue');
  const meaning = textOf(item, 'CodeMeaning');
  const system = systemOf(textOf(item, 'CodingSchemeDesignator'));
  const coding = { ...(system === undefined ? {} : { system }), code, ...(meaning === '' ? {} : { display: meaning }) };
  return { ...(code === '' ? {} : { coding: [coding] }), text: meaning || code || 'no reason given' };
}

/** `Doe^Jane^^Dr` → `Dr Jane Doe`. */
function readableName(name: string): string {
  const [letters = ''] = name.split('=');
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = letters.split('^');
  return [prefix, given, middle, family, suffix].filter((each) => each !== '').join(' ');
}

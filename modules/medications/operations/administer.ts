import { lotByBarcode, parseGs1 } from '#modules/supply';
import { defineOperation, type ClinicReader, type OperationContext, type Stored } from '#sdk';
import { performerAs, type Administration } from '../administration.ts';
import { faults } from '../faults.ts';
import { isOrderedDrug } from '../ordered-drug.ts';
import { isPatientsCode } from '../patient-code.ts';
import { DUE_TIME } from '../projections/doses.ts';
import { doseAt, DOSE_NOT_GIVEN } from '../dose.ts';

export const administer = defineOperation({
  code: 'administer',
  title: 'Give a dose',
  text: 'Records at the bedside that a dose of an order was given, or why not: the wristband and the lot are scanned, a witness is named where the drug needs one. Each dose is recorded once.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: {
    'dose-time': {
      type: 'dateTime',
      text: 'When the dose was due, as Encounter/[id]/$mar lists it; not for doses as needed.',
    },
    'patient-barcode': { type: 'string', min: 1, text: 'What the wristband says: an identifier of the patient.' },
    'lot-barcode': { type: 'string', text: 'GS1 barcode of what is given; required unless the dose is not given.' },
    dose: { type: 'Quantity', text: 'How much was given; default: what the order says.' },
    'given-at': { type: 'dateTime', text: 'Default: now.' },
    'not-given': {
      type: 'code',
      text: 'Why the dose was not given.',
      oneOf: DOSE_NOT_GIVEN,
    },
    witness: { type: 'Reference', text: 'Practitioner who saw it.' },
    note: { type: 'string', text: 'What else is to be said.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The MedicationAdministration.' } },
  async run(context, { id = '', input }) {
    const order = await context.read('MedicationRequest', id);
    const patient = await context.resolve(order?.subject, 'Patient');
    if (order === undefined || patient === undefined) throw faults.notPatient();
    if (!isPatientsCode(patient, input['patient-barcode'])) throw faults.wrongPatient();
    const notGiven = input['not-given'];
    const scanned = input['lot-barcode'];
    if (notGiven === undefined && scanned === undefined) throw faults.scanNeeded();
    const lot = notGiven !== undefined || scanned === undefined ? undefined : await lotOf(scanned, context);
    if (lot !== undefined && !(await isOrderedDrug(context, order, lot))) throw faults.wrongLot();
    const dose = input.dose ?? doseAt(order, input['dose-time']);
    return context.create<'MedicationAdministration'>({
      resourceType: 'MedicationAdministration',
      ...outcomeOf(notGiven),
      ...medicineOf(order, lot),
      ...(input['dose-time'] === undefined
        ? {}
        : { extension: [{ url: DUE_TIME, valueDateTime: input['dose-time'] }] }),
      subject: order.subject,
      ...(order.encounter === undefined ? {} : { context: order.encounter }),
      request: { reference: `MedicationRequest/${id}` },
      effectiveDateTime: input['given-at'] ?? context.now().toISOString(),
      ...performersOf(context, input.witness?.reference),
      ...(notGiven !== undefined || dose === undefined ? {} : { dosage: { dose } }),
      ...(input.note === undefined ? {} : { note: [{ text: input.note }] }),
    });
  },
});

/** @throws Fault 422 for a barcode of no lot here, or one that says it is expired */
async function lotOf(text: string, context: OperationContext): Promise<Stored<'Medication'>> {
  const { lot } = await lotByBarcode(context satisfies ClinicReader, parseGs1(text, context.now().getUTCFullYear()));
  if (lot === undefined) throw faults.unknownLot();
  return lot;
}

function outcomeOf(notGiven: string | undefined): Pick<Administration, 'status' | 'statusReason'> {
  if (notGiven === undefined) return { status: 'completed' };
  const system = 'https://athanor.health/fhir/CodeSystem/dose-not-given-reason';
  return { status: 'not-done', statusReason: [{ coding: [{ system, code: notGiven }] }] };
}

function medicineOf(
  { medicationCodeableConcept, medicationReference }: Stored<'MedicationRequest'>,
  lot: Stored<'Medication'> | undefined,
): Pick<Administration, 'medicationCodeableConcept' | 'medicationReference'> {
  if (lot !== undefined) return { medicationReference: { reference: `Medication/${lot.id}` } };
  if (medicationReference !== undefined) return { medicationReference };
  return medicationCodeableConcept === undefined ? {} : { medicationCodeableConcept };
}

function performersOf({ actor }: OperationContext, witness: string | undefined): Pick<Administration, 'performer'> {
  const performer = [
    ...(actor.reference === undefined ? [] : [performerAs('performer', actor.reference)]),
    ...(witness === undefined ? [] : [performerAs('witness', witness)]),
  ];
  return performer.length === 0 ? {} : { performer };
}

import type { Clinic, ClinicReader, ModuleContext, ResourceOf, Stored } from '#sdk';
import { faults } from './faults.ts';
import { CANONICAL } from './order.ts';

const DECISION = `${CANONICAL}/CodeSystem/reconciliation-decision`;
const LIST_CODE = { system: 'http://loinc.org', code: '10160-0', display: 'History of Medication use Narrative' };

const DECISIONS = ['continue', 'stop', 'hold', 'prescribe'] as const;
export type Decision = (typeof DECISIONS)[number];

type List = ResourceOf<'List'>;
type Medicine = Stored<'MedicationRequest'> | Stored<'MedicationStatement'>;

/** Everything that a patient takes, or may take: what is decided about. */
export async function medicinesOf(patient: string, reader: ClinicReader): Promise<readonly Medicine[]> {
  const about = `patient=Patient/${patient}`;
  const [orders, statements] = await Promise.all([
    reader.search('MedicationRequest', `${about}&status=active,on-hold`),
    reader.search('MedicationStatement', `${about}&status=active,intended,on-hold`),
  ]);
  return [...orders, ...statements];
}

/** A list to decide about: each medicine as it is, without a decision. */
export function proposedList(patient: string, medicines: readonly Medicine[], now: Date): List {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    title: 'Medications to reconcile',
    code: { coding: [LIST_CODE] },
    subject: { reference: `Patient/${patient}` },
    date: now.toISOString(),
    ...(medicines.length === 0
      ? {
          emptyReason: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown' }],
          },
        }
      : { entry: medicines.map((each) => ({ item: { reference: referenceOf(each), display: nameOf(each) } })) }),
  };
}

function referenceOf({ resourceType, id }: Medicine): string {
  return `${resourceType}/${id}`;
}

function nameOf({ medicationCodeableConcept, medicationReference }: Medicine): string {
  const coding = medicationCodeableConcept?.coding?.[0];
  return (
    medicationCodeableConcept?.text ?? coding?.display ?? coding?.code ?? medicationReference?.display ?? 'Medication'
  );
}

/**
 * What was decided about each medicine.
 * @throws Fault 422 when one is left out, decided twice, unknown, or decided in a way that it cannot be
 */
export function decisionsIn(list: List, medicines: readonly Medicine[]): ReadonlyMap<Medicine, Decision> {
  const byReference = new Map(medicines.map((each) => [referenceOf(each), each]));
  const decisions = new Map<Medicine, Decision>();
  for (const [index, { item, flag }] of (list.entry ?? []).entries()) {
    const medicine = byReference.get(item.reference ?? '');
    const code = flag?.coding?.find(({ system }) => system === DECISION)?.code;
    const decision = DECISIONS.find((each) => each === code);
    const place = `entry[${index}]`;
    if (medicine === undefined) {
      throw faults.listNeeded(
        `${place} is none of the medications that the patient takes now; ask for the list again.`,
      );
    }
    if (decision === undefined)
      throw faults.listNeeded(`${place} needs a flag of ${DECISION}: ${DECISIONS.join(', ')}.`);
    if (decisions.has(medicine)) throw faults.listNeeded(`${place} is decided twice.`);
    if (decision === 'prescribe' && medicine.resourceType === 'MedicationRequest') {
      throw faults.listNeeded(`${place} is ordered already; "prescribe" is for what is taken without an order.`);
    }
    decisions.set(medicine, decision);
  }
  const missing = medicines.length - decisions.size;
  if (missing > 0) throw faults.listNeeded(`${missing} of ${medicines.length} medications are not decided.`);
  return decisions;
}

/** Carries a decision out; what is so already stays. @returns what stands in the reconciled list */
export async function carryOut(
  medicine: Medicine,
  decision: Decision,
  clinic: Clinic,
  context: Pick<ModuleContext, 'now' | 'actor'>,
): Promise<string> {
  if (decision === 'prescribe') return draftOf(medicine, clinic, context);
  const status = { continue: 'active', stop: 'stopped', hold: 'on-hold' } as const;
  const next = status[decision];
  const statusReason = { text: 'Reconciliation of medications' };
  if (medicine.status === next || (decision === 'continue' && medicine.status === 'intended'))
    return referenceOf(medicine);
  if (medicine.resourceType === 'MedicationRequest') {
    await clinic.change('MedicationRequest', medicine.id, (order) => ({ ...order, status: next, statusReason }));
  } else {
    await clinic.update<'MedicationStatement'>({ ...medicine, status: next, statusReason: [statusReason] });
  }
  return referenceOf(medicine);
}

async function draftOf(
  medicine: Medicine,
  clinic: Clinic,
  { now, actor }: Pick<ModuleContext, 'now' | 'actor'>,
): Promise<string> {
  if (medicine.resourceType !== 'MedicationStatement') return referenceOf(medicine);
  const { medicationCodeableConcept, medicationReference, dosage, subject } = medicine;
  const { id } = await clinic.create<'MedicationRequest'>({
    resourceType: 'MedicationRequest',
    status: 'draft',
    intent: 'order',
    ...(medicationCodeableConcept === undefined ? {} : { medicationCodeableConcept }),
    ...(medicationReference === undefined ? {} : { medicationReference }),
    subject,
    authoredOn: now().toISOString(),
    ...(actor.reference === undefined ? {} : { requester: { reference: actor.reference } }),
    ...(dosage === undefined ? {} : { dosageInstruction: dosage }),
    supportingInformation: [{ reference: `MedicationStatement/${medicine.id}` }],
  });
  return `MedicationRequest/${id}`;
}

import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { lotOf } from '../dispensing/dispense-lot.ts';
import { isQuarantine } from '../dispensing/give-back.ts';
import { handedOutBy, sumOf } from '../dispensing/handed-out-of.ts';
import { needsPrescription } from '../dispensing/product-facts.ts';
import { requireBalanced } from '../dispensing/require-balanced.ts';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { localName, movedBy, PATIENTS, type Moved } from '../vault/moved.ts';
import { extensionOf } from '../vault/pharmacy-record.ts';
import { doseUnits } from '../ward/dose-units.ts';

type Movement = ResourceOf<'SupplyDelivery'> & { readonly id: string };

/**
 * What patients get because of a dispense or an administration agrees with it; what is on prescription only, or
 * controlled, they get in no other way.
 */
export const patientIssue = defineRule<'SupplyDelivery'>({
  name: 'patient-issue',
  on: 'SupplyDelivery',
  async change({ before, after }, context) {
    if (before !== undefined || after === undefined) return undefined;
    const moved = movedBy(after);
    if (moved.type !== 'reversal' || moved.origin !== PATIENTS) return undefined;
    // What takes an issue back has the cause of the issue, whoever enters it.
    const reversed = await context.resolve(extensionOf(after, 'movement-reverses')?.valueReference, 'SupplyDelivery');
    return withCause(after, reversed === undefined ? '' : movedBy(reversed).cause);
  },
  async check({ before, after }, context) {
    // The ledger itself lets nothing else of a completed movement change, and nothing go.
    if (before !== undefined || after?.status !== 'completed') return;
    const moved = movedBy(after);
    if (moved.origin !== PATIENTS && moved.destination !== PATIENTS) return;
    if (moved.type === 'patient-return') await requireQuarantine(moved, context);
    if (moved.cause.startsWith('MedicationDispense/')) await requireDispense(after, moved, context);
    else if (moved.cause.startsWith('MedicationAdministration/')) await requireAdministration(after, moved, context);
    else if (moved.type === 'patient-return') throw faults.returnOfWhat();
    else if (moved.type === 'issue') await requireOpenProduct(moved, context);
  },
});

async function requireDispense(movement: Movement, { cause }: Moved, context: RuleContext): Promise<void> {
  const dispense = await context.resolve({ reference: cause }, 'MedicationDispense');
  if (dispense === undefined) throw faults.unknownCause();
  requireSamePatient(movement, dispense.subject);
  await requireBalanced(dispense, context);
}

async function requireAdministration(
  movement: Movement,
  { cause, lot, type }: Moved,
  context: RuleContext,
): Promise<void> {
  const given = await context.resolve({ reference: cause }, 'MedicationAdministration');
  if (given === undefined || localName(given.medicationReference) !== lot) throw faults.unknownCause();
  requireSamePatient(movement, given.subject);
  if (type !== 'issue') return;
  if (given.status !== 'completed' && given.status !== 'in-progress') throw faults.notGiven();
  const named = await lotOf(given, context);
  const units = named && doseUnits(given.dosage?.dose, named.product);
  const rows = await handedOutBy(context, cause);
  // Of a dose that is not said in countable units somebody has counted what it used up.
  if (units !== undefined && sumOf(rows, 'issued') - sumOf(rows, 'returned') > units) throw faults.moreThanGiven();
}

function withCause(movement: Movement, cause: string): Movement {
  const own = cause === '' ? [] : [{ url: extensionUrl('movement-cause'), valueReference: { reference: cause } }];
  const others = movement.extension?.filter(({ url }) => url !== extensionUrl('movement-cause')) ?? [];
  return { ...movement, extension: [...others, ...own] };
}

function requireSamePatient({ patient }: Movement, subject: { readonly reference?: string } | undefined): void {
  if (patient !== undefined && localName(patient) !== localName(subject)) throw faults.otherPatient();
}

/** Nobody knows how it was kept. */
async function requireQuarantine({ destination }: Moved, context: RuleContext): Promise<void> {
  const place = await context.resolve({ reference: destination }, 'Location');
  if (place === undefined || !isQuarantine(place)) throw faults.noQuarantine();
}

async function requireOpenProduct({ lot }: Moved, context: RuleContext): Promise<void> {
  const named = await lotOf({ medicationReference: { reference: lot } }, context);
  if (named !== undefined && needsPrescription(named.product)) throw faults.needsDispense();
}

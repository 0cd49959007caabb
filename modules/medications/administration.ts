import type { ModuleContext, ResourceOf } from '#sdk';
import { momentOf } from './timing/local-time.ts';

/** A record that a dose was given, or was not. */
export type Administration = ResourceOf<'MedicationAdministration'>;

const FUNCTIONS = 'http://terminology.hl7.org/CodeSystem/med-admin-perform-function';

type Performer = NonNullable<Administration['performer']>[number];

export function performerAs(code: 'performer' | 'witness', reference: string): Performer {
  return { function: { coding: [{ system: FUNCTIONS, code }] }, actor: { reference } };
}

export function isWitness(performer: Performer): boolean {
  return performer.function?.coding?.some(({ system, code }) => system === FUNCTIONS && code === 'witness') ?? false;
}

/** Something went into the patient. */
export function isGiven({ status }: Administration): boolean {
  return status === 'completed' || status === 'in-progress' || status === 'stopped';
}

/** The time that was recorded, as it was written. */
export function timeOf({ effectiveDateTime, effectivePeriod }: Administration): string | undefined {
  return effectiveDateTime ?? effectivePeriod?.start;
}

/** When a dose was given or begun; a date alone is its first moment. */
export function givenAt(administration: Administration, context: Pick<ModuleContext, 'setting'>): Date | undefined {
  return momentOf(timeOf(administration), context.setting('time-zone'));
}

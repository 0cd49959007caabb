import type { ResourceOf } from '#sdk';
import { claims, PRICED_CHARGE } from '../names.ts';

export type Charge = ResourceOf<'ChargeItem'>;
type Status = Charge['status'];

/** Charges that are, or will be, on a bill. */
const LIVE: readonly Status[] = ['planned', 'billable', 'billed'];

/** What a priced charge may become. What is billed is corrected by a credit. */
const STEPS: Readonly<Record<string, readonly Status[]>> = {
  planned: ['billable', 'not-billable', 'aborted', 'entered-in-error'],
  billable: ['billed', 'not-billable', 'aborted', 'entered-in-error'],
  'not-billable': ['billable', 'entered-in-error'],
};

/** What stays as it was charged. */
export const FIXED = [
  'definitionUri',
  'definitionCanonical',
  'code',
  'subject',
  'context',
  'occurrenceDateTime',
  'occurrencePeriod',
  'occurrenceTiming',
  'quantity',
  'factorOverride',
  'priceOverride',
  'service',
  'productReference',
  'productCodeableConcept',
  'account',
  'extension',
  'partOf',
] as const;

export function isLive(charge: Charge | undefined): boolean {
  return charge !== undefined && LIVE.includes(charge.status);
}

export function isPriced(charge: Charge | undefined): boolean {
  return charge !== undefined && claims(charge, PRICED_CHARGE);
}

export function mayBecome(from: Status, to: Status): boolean {
  return from === to || (STEPS[from] ?? []).includes(to);
}

/** Id of the MedicationAdministration in each reference to one. */
export function dosesOf({ service = [] }: Charge): readonly string[] {
  return service.flatMap(({ reference = '' }) => DOSE.exec(reference)?.[1] ?? []);
}

const DOSE = /(?:^|\/)MedicationAdministration\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/;

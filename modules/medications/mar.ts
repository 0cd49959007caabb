import type { Stored } from '#sdk';
import { isGiven, timeOf } from './administration.ts';
import { extensionOf, STATUS_SINCE, type Dosage } from './order.ts';
import { doseKeyOf } from './projections/doses.ts';
import { dueDoses, isAsNeeded, leastInterval } from './timing/due-doses.ts';
import { momentOf } from './timing/local-time.ts';
import type { Ward } from './ward.ts';

type Order = Stored<'MedicationRequest'>;
type Given = Stored<'MedicationAdministration'>;

export type DoseStatus =
  'scheduled' | 'due' | 'overdue' | 'on-hold' | 'given' | 'partial' | 'held' | 'refused' | 'missed';

/** A line of the record: its parts, each with a value as Parameters have it. */
export interface MarEntry {
  readonly name: 'dose' | 'as-needed' | 'unscheduled';
  readonly parts: readonly (readonly [string, object])[];
}

export interface MarQuestion {
  readonly orders: readonly Order[];
  readonly given: readonly Given[];
  readonly at: Date;
  readonly window: { readonly from: Date; readonly to: Date };
  readonly ward: Ward;
  /** Minutes after which a dose is overdue. */
  readonly late: number;
  /** Of times that name none. */
  readonly zone: string;
}

/** Lines of the record, doses in the order in which they are due. */
export function marOf(question: MarQuestion): readonly MarEntry[] {
  const doses = question.orders.flatMap((order) => dosesOf(order, question)).sort((a, b) => a.due - b.due);
  const active = question.orders.filter(({ status }) => status === 'active');
  return [
    ...doses.map(({ entry }) => entry),
    ...active.flatMap((order) => asNeededOf(order, question)),
    ...active.flatMap((order) => unscheduledOf(order, question)),
  ];
}

interface TimedEntry {
  readonly due: number;
  readonly entry: MarEntry;
}

function isOf(order: Order): (given: Given) => boolean {
  return ({ request }) => request?.reference?.endsWith(`MedicationRequest/${order.id}`) ?? false;
}

/** What is due by the timing while the order is in force, and what is recorded, whatever became of the order. */
function dosesOf(order: Order, question: MarQuestion): readonly TimedEntry[] {
  const { given, window, ward } = question;
  const recorded = new Map(
    given.filter(isOf(order)).flatMap((each) => {
      const key = doseKeyOf(each);
      return key === undefined ? [] : [[key.due.getTime(), each] as const];
    }),
  );
  const isInForce = order.status === 'active' || order.status === 'on-hold';
  const expected = dueDoses(order, window, ward).doses.map(({ due, dosage }) => ({ due: due.getTime(), dosage }));
  const known = new Map(expected.map((each) => [each.due, each.dosage]));
  const others = [...recorded.keys()].filter(
    (due) => !known.has(due) && due >= window.from.getTime() && due < window.to.getTime(),
  );
  const moments: readonly { due: number; dosage: Dosage | undefined }[] = [
    ...expected.filter(({ due }) => isInForce || recorded.has(due)),
    ...others.map((due) => ({ due, dosage: undefined })),
  ];
  return moments.map(({ due, dosage }) => ({
    due,
    entry: doseEntry(order, { due, dosage, administration: recorded.get(due) }, question),
  }));
}

interface DoseOfOrder {
  readonly due: number;
  readonly dosage: Dosage | undefined;
  readonly administration: Given | undefined;
}

function doseEntry(order: Order, dose: DoseOfOrder, question: MarQuestion): MarEntry {
  const { due, dosage, administration } = dose;
  const time = administration === undefined ? undefined : timeOf(administration);
  return {
    name: 'dose',
    parts: [
      ...headOf(order, dosage),
      ['due', { valueInstant: new Date(due).toISOString() }],
      ['status', { valueCode: statusOf(order, dose, question) }],
      ...(administration === undefined
        ? []
        : [
            [
              'administration',
              { valueReference: { reference: `MedicationAdministration/${administration.id}` } },
            ] as const,
          ]),
      ...(time === undefined ? [] : [['given', { valueDateTime: time }] as const]),
    ],
  };
}

function statusOf(order: Order, { due, administration }: DoseOfOrder, { at, late }: MarQuestion): DoseStatus {
  if (administration !== undefined) return recordedStatus(administration);
  const since = Date.parse(extensionOf(order, STATUS_SINCE)?.valueInstant ?? '');
  // What was due before the order came into force, or while it was held, is nobody's omission.
  if (order.status === 'on-hold' || due < since) return 'on-hold';
  const minutes = (at.getTime() - due) / 60_000;
  return minutes < 0 ? 'scheduled' : minutes > late ? 'overdue' : 'due';
}

function recordedStatus({ status, statusReason = [] }: Given): DoseStatus {
  if (status === 'completed') return 'given';
  if (status === 'in-progress' || status === 'stopped') return 'partial';
  const reasons = statusReason.flatMap(({ coding = [] }) => coding.map(({ code }) => code));
  if (status === 'on-hold' || reasons.includes('held')) return 'held';
  return reasons.includes('refused') ? 'refused' : 'missed';
}

function headOf(order: Order, dosage: Dosage | undefined): readonly (readonly [string, object])[] {
  const { medicationCodeableConcept, medicationReference } = order;
  return [
    ['request', { valueReference: { reference: `MedicationRequest/${order.id}` } }],
    ...(medicationCodeableConcept === undefined
      ? []
      : [['medication', { valueCodeableConcept: medicationCodeableConcept }] as const]),
    ...(medicationReference === undefined ? [] : [['medication', { valueReference: medicationReference }] as const]),
    ...(dosage === undefined ? [] : [['dosage', { valueDosage: dosage }] as const]),
  ];
}

function asNeededOf(order: Order, { given, zone }: MarQuestion): readonly MarEntry[] {
  const dosages = (order.dosageInstruction ?? []).filter(isAsNeeded);
  const times = given
    .filter(isOf(order))
    .filter((each) => isGiven(each) && doseKeyOf(each) === undefined)
    .flatMap((each) => momentOf(timeOf(each), zone)?.getTime() ?? []);
  const last = times.length === 0 ? undefined : Math.max(...times);
  const interval = leastInterval(order);
  return dosages.map((dosage) => ({
    name: 'as-needed',
    parts: [
      ...headOf(order, dosage),
      ...(last === undefined ? [] : [['last-given', { valueInstant: new Date(last).toISOString() }] as const]),
      ...(last === undefined || interval === undefined
        ? []
        : [['next-allowed', { valueInstant: new Date(last + interval).toISOString() }] as const]),
    ],
  }));
}

function unscheduledOf(order: Order, { window, ward }: MarQuestion): readonly MarEntry[] {
  const { unscheduled } = dueDoses(order, window, ward);
  return unscheduled.map(({ dosage, reason }) => ({
    name: 'unscheduled',
    parts: [...headOf(order, dosage), ['reason', { valueCode: reason }]],
  }));
}

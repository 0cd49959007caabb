import { type ResourceOf } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';
import type { Drug } from '../drug/drug.ts';
import type { DrugLookup, DrugSource } from '../drug/drug-lookup.ts';
import type { NotChecked } from '../check-result.ts';
import { DISPENSE_DAYS, type PatientData } from './patient-data.ts';
import { daysSince } from './patient.ts';

type Request = ResourceOf<'MedicationRequest'>;

/** A drug that a patient takes, or took lately. */
export interface DrugUse {
  /** `MedicationRequest/1` */
  readonly reference: string;
  readonly origin: 'order' | 'statement' | 'dispense' | 'administration';
  readonly drug: Drug;
  /** Days since it ended; undefined: it has not. */
  readonly ended: number | undefined;
  /** The order, whose dose may matter. */
  readonly order: Request | undefined;
}

interface Candidate {
  readonly reference: string;
  readonly origin: DrugUse['origin'];
  readonly source: DrugSource;
  readonly ended: number | undefined;
  readonly order?: Request;
}

/** An administration counts as taken for this long. */
const ADMINISTRATION_DAYS = 1;

const ENDED: ReadonlySet<string> = new Set(['stopped', 'completed', 'on-hold']);

/** How a drug is named in an order, with the route of its dosage. */
export function sourceOfRequest(request: Request): DrugSource {
  return { ...request, route: request.dosageInstruction?.[0]?.route };
}

/**
 * All that is taken besides an order.
 * @param itself reference of the order: what was dispensed or given by it is its own
 */
export function candidatesIn(data: PatientData, itself: string | undefined, at: Date): readonly Candidate[] {
  const { requests, statements, dispenses, administrations } = data;
  const inForce = new Map(requests.map((request) => [`MedicationRequest/${request.id ?? ''}`, request]));
  return [
    ...requests.flatMap((request) => requested(request, at)),
    ...statements.flatMap((statement) => stated(statement, at)),
    ...dispenses.flatMap((dispense) => dispensed(dispense, inForce, at)),
    ...administrations.flatMap((administration) => administered(administration, at)),
  ].filter(({ reference, source }) => reference !== itself && (itself === undefined || orderOf(source) !== itself));
}

/** The uses of drugs that are known; others are told, unless they are over anyway. */
export function usesOf(
  candidates: readonly Candidate[],
  lookup: DrugLookup,
): { readonly uses: readonly DrugUse[]; readonly notChecked: readonly NotChecked[] } {
  const uses: DrugUse[] = [];
  const notChecked: NotChecked[] = [];
  for (const { reference, origin, source, ended, order } of candidates) {
    const drug = lookup.drugOf(source);
    if (drug !== undefined) uses.push({ reference, origin, drug, ended, order });
    else if (ended === undefined) notChecked.push(unmapped(lookup.nameOf(source), reference));
  }
  return { uses, notChecked };
}

export function unmapped(name: string, reference: string): NotChecked {
  const text = `"${name.slice(0, 100)}" is no drug that is known here: interactions, allergies and doses of it were not checked.`;
  return { code: 'unmapped-drug', subject: reference, text };
}

function requested(request: Request, at: Date): readonly Candidate[] {
  if (request.doNotPerform === true) return [];
  const { status, id = '' } = request;
  const bounds = daysSince(boundsEnd(request), at);
  const isOver = ENDED.has(status);
  if (status !== 'active' && !isOver) return [];
  const stopped = isOver ? (daysSince(request.meta?.lastUpdated, at) ?? 0) : undefined;
  const ended = bounds !== undefined && bounds > 0 ? Math.max(bounds, stopped ?? bounds) : stopped;
  return [
    { reference: `MedicationRequest/${id}`, origin: 'order', source: sourceOfRequest(request), ended, order: request },
  ];
}

/** The last day of the last dosage that has one; undefined when one of them has none. */
function boundsEnd({ dosageInstruction = [] }: Request): string | undefined {
  const ends = dosageInstruction.map(({ timing }) => timing?.repeat?.boundsPeriod?.end);
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 || known.length < ends.length ? undefined : known.sort().at(-1);
}

function stated(statement: ResourceOf<'MedicationStatement'>, at: Date): readonly Candidate[] {
  const { status, id = '', effectivePeriod, effectiveDateTime, meta } = statement;
  if (['entered-in-error', 'not-taken'].includes(status)) return [];
  const end = daysSince(effectivePeriod?.end, at);
  const isOver = ENDED.has(status);
  const ended =
    end !== undefined && end > 0
      ? end
      : isOver
        ? (daysSince(effectiveDateTime ?? meta?.lastUpdated, at) ?? 0)
        : undefined;
  const source = { ...statement, route: statement.dosage?.[0]?.route } as DrugSource;
  return [{ reference: `MedicationStatement/${id}`, origin: 'statement', source, ended }];
}

function dispensed(
  dispense: ResourceOf<'MedicationDispense'>,
  inForce: ReadonlyMap<string, Request>,
  at: Date,
): readonly Candidate[] {
  const { status, id = '', whenHandedOver, whenPrepared, daysSupply, authorizingPrescription = [] } = dispense;
  const handed = daysSince(whenHandedOver ?? whenPrepared, at);
  if (!['completed', 'in-progress'].includes(status) || handed === undefined) return [];
  const days =
    daysSupply?.code === 'd' || daysSupply?.unit?.startsWith('day') === true
      ? plainDecimal(daysSupply, 'value')
      : undefined;
  const left = handed - (days === undefined ? DISPENSE_DAYS : Number(days));
  // What was dispensed by an order that is over counts as over with it.
  const orders = authorizingPrescription.flatMap(({ reference }) => reference ?? []);
  const isByOrder = orders.length > 0;
  const isInForce = orders.some((each) => inForce.get(each)?.status === 'active');
  const past = orders.flatMap((each) => daysSince(inForce.get(each)?.meta?.lastUpdated, at) ?? []);
  const ended = left > 0 ? left : isByOrder && !isInForce ? Math.min(handed, ...past) : undefined;
  const source = { ...dispense, route: dispense.dosageInstruction?.[0]?.route } as DrugSource;
  return [{ reference: `MedicationDispense/${id}`, origin: 'dispense', source, ended }];
}

function administered(administration: ResourceOf<'MedicationAdministration'>, at: Date): readonly Candidate[] {
  const { status, id = '', effectiveDateTime, effectivePeriod, dosage } = administration;
  const given = daysSince(effectivePeriod?.end ?? effectiveDateTime ?? effectivePeriod?.start, at);
  if (!['completed', 'in-progress'].includes(status) || given === undefined) return [];
  const ended = given > ADMINISTRATION_DAYS ? given : undefined;
  const source = { ...administration, route: dosage?.route } as DrugSource;
  return [{ reference: `MedicationAdministration/${id}`, origin: 'administration', source, ended }];
}

/** The order by which something was dispensed or given. */
function orderOf(source: object): string | undefined {
  const { request, authorizingPrescription } = source as {
    readonly request?: { readonly reference?: string };
    readonly authorizingPrescription?: readonly { readonly reference?: string }[];
  };
  return request?.reference ?? authorizingPrescription?.[0]?.reference;
}

import { decimalText, defineProjection, type ProjectionTables, type ResourceOf, type Stored } from '#sdk';

type Dispense = Stored<'MedicationDispense'>;

/** Nothing of these left the pharmacy. */
const NOT_DISPENSED: readonly string[] = ['cancelled', 'declined', 'stopped', 'entered-in-error'];

export interface Dispensed {
  readonly request: string;
  /** Decimal. */
  readonly quantity: string;
  readonly unit: string;
  /** When what was dispensed is used up, ISO; undefined when it says nothing of it. */
  readonly ends: string | undefined;
}

/** Ids of the orders of which something is dispensed, by literal references, absolute ones too. */
export function prescriptionIds({ authorizingPrescription = [] }: ResourceOf<'MedicationDispense'>): readonly string[] {
  const ids = authorizingPrescription.flatMap(
    ({ reference = '' }) => /(?:^|\/)MedicationRequest\/([^/]+)(?:\/_history\/[^/]+)?$/.exec(reference)?.[1] ?? [],
  );
  return [...new Set(ids)].sort();
}

/** What a unit is compared by: its code, or its name where it has none. */
export function unitOf(quantity: { readonly code?: string; readonly unit?: string } | undefined): string {
  return quantity?.code ?? quantity?.unit ?? '1';
}

/** What a dispense takes of each order; nothing when nothing left the pharmacy. */
export function dispensedIn(dispense: ResourceOf<'MedicationDispense'>): readonly Dispensed[] {
  if (NOT_DISPENSED.includes(dispense.status)) return [];
  const quantity = decimalText(dispense.quantity, 'value') ?? '0';
  const ends = endOf(dispense);
  return prescriptionIds(dispense).map((request) => ({ request, quantity, unit: unitOf(dispense.quantity), ends }));
}

function endOf({ whenHandedOver, whenPrepared, daysSupply }: ResourceOf<'MedicationDispense'>): string | undefined {
  const days = Number(decimalText(daysSupply, 'value') ?? 'NaN');
  const from = Date.parse(whenHandedOver ?? whenPrepared ?? '');
  // A number of days that no calendar has is no end.
  const end = new Date(from + days * 86_400_000);
  return Number.isNaN(end.getTime()) || end.getUTCFullYear() > 9999 ? undefined : end.toISOString();
}

/** What was dispensed of each order, and when that is used up. */
export const dispenses = defineProjection<'MedicationDispense'>({
  name: 'medications.dispenses',
  version: 1,
  on: ['MedicationDispense'],
  tables: ['dispense'],
  ddl: `create table @dispense (
    tenant smallint not null,
    request text not null,
    id text not null,
    quantity numeric not null,
    unit text not null,
    ends timestamptz,
    primary key (tenant, request, id)
  )`,
  async project(images, tables) {
    for (const { before } of images) if (before !== undefined) await takeAway(before, tables);
    for (const { after } of images) if (after !== undefined) await add(after, tables);
  },
});

async function takeAway(dispense: Dispense, { tenant, query }: ProjectionTables): Promise<void> {
  const requests = prescriptionIds(dispense);
  if (requests.length === 0) return;
  await query('delete from @dispense where tenant = $1 and request = any($2::text[]) and id = $3', [
    tenant,
    requests,
    dispense.id,
  ]);
}

async function add(dispense: Dispense, { tenant, query }: ProjectionTables): Promise<void> {
  for (const { request, quantity, unit, ends } of dispensedIn(dispense)) {
    await query('insert into @dispense (tenant, request, id, quantity, unit, ends) values ($1, $2, $3, $4, $5, $6)', [
      tenant,
      request,
      dispense.id,
      quantity,
      unit,
      ends ?? null,
    ]);
  }
}

import type { ResourceOf, Stored } from '#sdk';
import type { TestClinic } from '#sdk/testing';
import { deliveryOf, type NewMovement } from './post.ts';
import { codeSystem, structure } from './names.ts';

type Knowledge = ResourceOf<'MedicationKnowledge'>;

/** A product of which tablets are counted, and boxes of 30. */
export function product(code: string, more: Partial<Knowledge> = {}): Knowledge {
  return {
    resourceType: 'MedicationKnowledge',
    status: 'active',
    code: { coding: [{ system: codeSystem('product'), code }] },
    extension: [
      { url: structure('base-unit'), valueCode: '{tablet}' },
      {
        url: structure('stock-pack'),
        extension: [
          { url: 'unit', valueCode: '{box}' },
          { url: 'quantity', valuePositiveInt: 30 },
        ],
      },
    ],
    ...more,
  };
}

export interface LotOptions {
  readonly product: string;
  readonly number: string;
  readonly expires?: string;
  readonly status?: string;
}

export function lot({
  product: id,
  number,
  expires = '2030-12-31',
  status = 'active',
}: LotOptions): ResourceOf<'Medication'> {
  return {
    resourceType: 'Medication',
    meta: { profile: [structure('stock-lot')] },
    code: { text: 'Tablets' },
    manufacturer: { display: 'Maker' },
    batch: { lotNumber: number, expirationDate: expires },
    extension: [
      { url: structure('lot-product'), valueReference: { reference: `MedicationKnowledge/${id}` } },
      { url: structure('lot-status'), valueCode: status },
    ],
  };
}

export function place(name: string, more: Partial<ResourceOf<'Location'>> = {}): ResourceOf<'Location'> {
  return { resourceType: 'Location', status: 'active', name, ...more };
}

/** A small store: one place, one product, and lots of it with what is there. */
export async function store(
  clinic: TestClinic,
  code: string,
  lots: readonly (Omit<LotOptions, 'product'> & { readonly there: number })[],
): Promise<{
  readonly location: string;
  readonly product: string;
  readonly lots: readonly string[];
}> {
  const location = (await clinic.store(place(code))).id;
  const knowledge = (await clinic.store(product(code))).id;
  const ids: string[] = [];
  for (const each of lots) {
    const { id } = await clinic.store(lot({ ...each, product: knowledge }));
    ids.push(id);
    if (each.there > 0) await enter(clinic, { type: 'receipt', lot: id, quantity: each.there, destination: location });
  }
  return { location, product: knowledge, lots: ids };
}

export function enter(clinic: TestClinic, movement: NewMovement): Promise<Stored<'SupplyDelivery'>> {
  return clinic.store(deliveryOf(movement));
}

/** Status and code of the first issue of trying to enter a movement. */
export async function tried(clinic: TestClinic, movement: NewMovement): Promise<readonly [number, string | undefined]> {
  const { status, body } = await clinic.send('POST', 'SupplyDelivery', deliveryOf(movement));
  return [status, codeIn(body)];
}

/** `supply.insufficientStock`, of an OperationOutcome. */
export function codeIn(body: { readonly issue?: readonly object[] }): string | undefined {
  const [issue] = (body.issue ?? []) as readonly {
    readonly details?: { readonly coding?: readonly { readonly code: string }[] };
  }[];
  return issue?.details?.coding?.[0]?.code;
}

import type { ResourceOf, Stored } from '#sdk';
import type { TestAnswer, TestClinic } from '#sdk/testing';
import { PRESCRIPTION } from '#modules/medications';
import { deliveryOf, type NewMovement } from '#modules/supply';
import { codeSystem, extensionUrl } from './names.ts';

const UCUM = 'http://unitsofmeasure.org';

type Asking = Pick<TestClinic, 'get' | 'send'>;
type Product = ResourceOf<'MedicationKnowledge'>;

/** Somebody who has just given their second factor. */
export function person(clinic: TestClinic, role: string, name: string): ReturnType<TestClinic['as']> {
  return clinic.as({ roles: [role], fhirUser: `Practitioner/${name}`, secondFactor: Date.now() });
}

export interface ProductOptions {
  readonly code: string;
  readonly ingredient?: string;
  readonly schedule?: string;
  readonly type?: 'rx-only' | 'otc';
  readonly gtin?: string;
  /** Of one base unit, in euros. */
  readonly price?: number;
}

/** Tablets of 500 mg, 30 in a box. */
export function product(options: ProductOptions): Product {
  const { code, ingredient = 'amoxicillin', schedule, type = 'rx-only', gtin, price } = options;
  const one = (system: string, value: string) => ({ coding: [{ system: codeSystem(system), code: value }] });
  return {
    resourceType: 'MedicationKnowledge',
    status: 'active',
    code: {
      coding: [
        { system: codeSystem('product'), code },
        ...(gtin === undefined ? [] : [{ system: 'https://www.gs1.org/gtin', code: gtin }]),
      ],
    },
    productType: [one('product-type', type)],
    doseForm: { coding: [{ system: 'urn:test:form', code: 'tablet' }] },
    ingredient: [
      {
        itemCodeableConcept: one('ingredient', ingredient),
        strength: {
          numerator: { value: 500, system: UCUM, code: 'mg' },
          denominator: { value: 1, system: UCUM, code: '{tablet}' },
        },
      },
    ],
    ...(schedule === undefined
      ? {}
      : {
          regulatory: [
            { regulatoryAuthority: { display: 'DEA' }, schedule: [{ schedule: one('controlled-schedule', schedule) }] },
          ],
        }),
    ...(price === undefined
      ? {}
      : { cost: [{ type: one('product-cost', 'price'), cost: { value: price, currency: 'EUR' } }] }),
    extension: [
      { url: extensionUrl('base-unit'), valueCode: '{tablet}' },
      {
        url: extensionUrl('stock-pack'),
        extension: [
          { url: 'unit', valueCode: '{box}' },
          { url: 'quantity', valuePositiveInt: 30 },
          ...(gtin === undefined ? [] : [{ url: 'gtin', valueString: gtin }]),
        ],
      },
    ],
  };
}

export function place(name: string, kind?: string): ResourceOf<'Location'> {
  const extension = kind === undefined ? [] : [{ url: extensionUrl('stock-kind'), valueCode: kind }];
  return { resourceType: 'Location', status: 'active', name, ...(kind === undefined ? {} : { extension }) };
}

export interface LotOptions {
  readonly number: string;
  readonly expires?: string;
  readonly status?: string;
  readonly there: number;
}

/** Lots of a product with what is there. @returns their ids */
export async function lotsAt(
  clinic: TestClinic,
  productId: string,
  location: string,
  lots: readonly LotOptions[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const { number, expires = '2031-12-31', status = 'active', there } of lots) {
    const { id } = await clinic.store({
      resourceType: 'Medication',
      meta: { profile: [extensionUrl('stock-lot')] },
      code: { text: 'Tablets' },
      manufacturer: { display: 'Maker' },
      batch: { lotNumber: number, expirationDate: expires },
      extension: [
        { url: extensionUrl('lot-product'), valueReference: { reference: `MedicationKnowledge/${productId}` } },
        { url: extensionUrl('lot-status'), valueCode: status },
      ],
    });
    ids.push(id);
    if (there > 0) await enter(clinic, { type: 'receipt', lot: id, quantity: there, destination: location });
  }
  return ids;
}

/** An active order for a product, as it is after signing. */
export async function orderFor(
  clinic: TestClinic,
  patient: string,
  code: string,
  more: Partial<ResourceOf<'MedicationRequest'>> = {},
): Promise<Stored<'MedicationRequest'>> {
  return clinic.store({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/${patient}` },
    authoredOn: '2026-11-01',
    medicationCodeableConcept: { coding: [{ system: codeSystem('product'), code }] },
    ...more,
  });
}

/** What makes an order a prescription of the clinic: at most quantity × (1 + repeats) are dispensed. */
export function prescription(value: number, repeats = 0): Partial<ResourceOf<'MedicationRequest'>> {
  return {
    meta: { profile: [PRESCRIPTION] },
    dosageInstruction: [{ text: 'One in the morning' }],
    dispenseRequest: {
      quantity: { value, unit: '{tablet}', system: UCUM, code: '{tablet}' },
      numberOfRepeatsAllowed: repeats,
    },
  };
}

/** A pharmacy with lots of one product. */
export async function pharmacyWith(
  clinic: TestClinic,
  code: string,
  lots: readonly LotOptions[],
  more: Omit<ProductOptions, 'code'> = {},
): Promise<{ readonly location: string; readonly product: string; readonly lots: readonly string[] }> {
  const { id: location } = await clinic.store(place(code, 'pharmacy'));
  const { id } = await clinic.store(product({ code, ...more }));
  return { location, product: id, lots: await lotsAt(clinic, id, location, lots) };
}

function enter(clinic: Pick<TestClinic, 'store'>, movement: NewMovement): Promise<Stored<'SupplyDelivery'>> {
  return clinic.store(deliveryOf(movement));
}

/** Calls an operation that changes something. Values by name; several: the parameter repeats. */
export function call(
  asking: Asking,
  path: string,
  values: Readonly<Record<string, string | number | boolean | object | readonly string[]>>,
): Promise<TestAnswer> {
  const parameter = Object.entries(values).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly string[]) : [value]).map((each) => ({
      name,
      ...valueOf(name, each as never),
    })),
  );
  return asking.send('POST', path, { resourceType: 'Parameters', parameter });
}

const CODES: readonly string[] = ['type', 'reason', 'overrideReason', 'condition'];

function valueOf(name: string, value: string | number | boolean | object): object {
  if (typeof value === 'object') return { valueQuantity: value };
  if (typeof value === 'boolean') return { valueBoolean: value };
  if (typeof value === 'number') return { valueInteger: value };
  if (CODES.includes(name)) return { valueCode: value };
  return /^[A-Z][A-Za-z]+\//.test(value) ? { valueReference: { reference: value } } : { valueString: value };
}

/** Status and code of the first issue: `[422, 'pharmacy.wrongProduct']`; the code is undefined when there is none. */
export function outcome({ status, body }: TestAnswer): readonly [number, string | undefined] {
  const [issue] = (body.issue ?? []) as readonly {
    readonly details?: { readonly coding?: readonly { readonly code: string }[] };
  }[];
  return [status, issue?.details?.coding?.[0]?.code];
}

/** A parameter of an answer. */
export function answered(answer: TestAnswer, name: string): Readonly<Record<string, unknown>> | undefined {
  return answer.body.parameter?.find((each) => each.name === name);
}

/** Resources of a type in an answered Bundle. */
export function inBundle<T extends 'MedicationDispense' | 'SupplyDelivery' | 'Invoice' | 'Provenance'>(
  { body }: TestAnswer,
  type: T,
): readonly Stored<T>[] {
  const entries = (body.entry ?? []) as readonly { readonly resource: Stored<T> }[];
  return entries.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type);
}

/** Base units on hand by lot id, out of `Location/$stock-on-hand` or a movement's balance, whatever is asked of the ledger. */
export async function onHand(
  clinic: Pick<TestClinic, 'get'>,
  location: string,
): Promise<Readonly<Record<string, number>>> {
  const sums: Record<string, number> = {};
  for (const [side, sign] of [
    ['destination', 1],
    ['origin', -1],
  ] as const) {
    const { body } = await clinic.get(`SupplyDelivery?${side}=Location/${location}&_count=1000`);
    const entries = (body.entry ?? []) as readonly { readonly resource: ResourceOf<'SupplyDelivery'> }[];
    for (const { resource } of entries) {
      const lot = resource.suppliedItem?.itemReference?.reference?.replace('Medication/', '') ?? '';
      sums[lot] = (sums[lot] ?? 0) + sign * (resource.suppliedItem?.quantity?.value ?? 0);
    }
  }
  return sums;
}

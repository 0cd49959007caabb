import type { Bundle, MedicationDispense, Parameters, Reference, SupplyDelivery } from '@medplum/fhirtypes';
import { parametersOf } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';
import { idOf } from '../fhir/text.ts';

/** A lot of which would be taken, and how much, in base units. */
export interface PlannedLot {
  readonly lot: string;
  readonly lotNumber: string;
  readonly expiry: string | undefined;
  readonly quantity: number;
}

/** Which lots the pharmacy would take now: first expired, first out. Nothing is taken by asking. */
export interface Plan {
  readonly lots: readonly PlannedLot[];
  readonly available: number;
  readonly missing: number;
}

export interface Wish {
  /** Ids of the Location and of the MedicationKnowledge. */
  readonly place: string;
  readonly product: string;
  readonly quantity: number;
}

export async function findPlan(server: FhirServer, { place, product, quantity }: Wish): Promise<Plan> {
  const query = new URLSearchParams({ product: `MedicationKnowledge/${product}`, quantity: String(quantity) });
  const answer = parametersOf(await server.get<Parameters>(`Location/${place}/$availability?${query.toString()}`));
  return {
    lots: answer.parts('line').map((line) => ({
      lot: idOf(line.value<Reference>('lot')) ?? '',
      lotNumber: line.value<string>('lot-number') ?? '',
      expiry: line.value<string>('expiry'),
      quantity: line.value<number>('quantity') ?? 0,
    })),
    available: answer.value<number>('available') ?? 0,
    missing: answer.value<number>('missing') ?? 0,
  };
}

/** What was taken, as it is on record. */
export interface Dispensed {
  readonly dispense: MedicationDispense | undefined;
  readonly movements: readonly SupplyDelivery[];
}

/** @param key the same key takes it once */
export async function dispense(
  server: FhirServer,
  order: string,
  { place, quantity }: Pick<Wish, 'place' | 'quantity'>,
  key: string,
): Promise<Dispensed> {
  const { entry = [] } = await server.call<Bundle>(
    `MedicationRequest/${order}/$dispense`,
    [
      { name: 'location', valueReference: { reference: `Location/${place}` } },
      { name: 'quantity', valuePositiveInt: quantity },
    ],
    key,
  );
  const resources = entry.map(({ resource }) => resource);
  return {
    dispense: resources.find((each) => each?.resourceType === 'MedicationDispense'),
    movements: resources.filter((each) => each?.resourceType === 'SupplyDelivery'),
  };
}

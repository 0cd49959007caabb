import type { AnyResource, Clinic, ResourceOf, Stored } from '#sdk';
import type { Extension } from './elements.ts';
import type { MovementType } from './movement-type.ts';
import { identifierSystem, structure, UCUM } from './names.ts';

/** A movement to be entered. Places, lots and other resources by id, or by reference where their type is open. */
export interface NewMovement {
  readonly type: MovementType;
  /** Id of the Medication. */
  readonly lot: string;
  /** Base units, unless `unit` is a pack of the product or a unit of the same dimension. */
  readonly quantity: number | string;
  readonly unit?: string | undefined;
  /** Ids of Locations; accounts follow from the type. */
  readonly origin?: string | undefined;
  readonly destination?: string | undefined;
  /** dateTime; default now. */
  readonly at?: string | undefined;
  /** Default `completed`; `in-progress`: a transfer that is on its way. */
  readonly status?: 'completed' | 'in-progress' | undefined;
  /** Code of CodeSystem movement-reason. */
  readonly reason?: string | undefined;
  /** `MedicationDispense/1`: what made it necessary. */
  readonly cause?: string | undefined;
  /** `Patient/1` */
  readonly patient?: string | undefined;
  /** Ids of SupplyRequests. */
  readonly basedOn?: readonly string[] | undefined;
  /** Id of the SupplyDelivery of which it is a part. */
  readonly partOf?: string | undefined;
  /** Id of the SupplyDelivery that it takes back. */
  readonly reverses?: string | undefined;
  readonly unitCost?: ResourceOf<'Invoice'>['totalNet'] | undefined;
  /** `Organization/1` or `Practitioner/1`: who brought it. */
  readonly supplier?: string | undefined;
  /** `Practitioner/1`: who took it. */
  readonly receiver?: string | undefined;
  /** Value of an identifier of system {C}/movement: makes a repetition visible. */
  readonly identifier?: string | undefined;
  /** Further ones, stored as they are. */
  readonly extension?: readonly Extension[] | undefined;
}

/**
 * Enters movements, all or none, with the rights of the clinic it is given. Rules and projections of the ledger do the rest.
 * @returns the entries in the order of the movements
 * @throws Fault 409 when there is not enough, 422 for what the ledger does not take
 */
export async function post(
  clinic: Pick<Clinic, 'create' | 'transaction'>,
  movements: readonly NewMovement[],
): Promise<readonly Stored<'SupplyDelivery'>[]> {
  const [first, ...others] = movements.map(deliveryOf);
  if (first === undefined) return [];
  if (others.length === 0) return [await clinic.create(first)];
  const stored = await clinic.transaction(
    [first, ...others].map((resource) => ({ resource, request: { method: 'POST', url: 'SupplyDelivery' } })),
  );
  return stored.filter(isDelivery);
}

/** The movement as a resource, for transactions that write other things too. */
export function deliveryOf(movement: NewMovement): ResourceOf<'SupplyDelivery'> {
  const { type, lot, quantity, unit, destination, at, status, identifier, basedOn = [], partOf } = movement;
  const delivery: ResourceOf<'SupplyDelivery'> = {
    resourceType: 'SupplyDelivery',
    meta: { profile: [structure('stock-movement')] },
    status: status ?? 'completed',
    extension: extensionsOf(type, movement),
    suppliedItem: {
      quantity: { value: Number(quantity), ...(unit === undefined ? {} : { system: UCUM, code: unit }) },
      itemReference: { reference: `Medication/${lot}` },
    },
  };
  return {
    ...delivery,
    ...(identifier === undefined ? {} : { identifier: [{ system: identifierSystem('movement'), value: identifier }] }),
    ...(basedOn.length === 0 ? {} : { basedOn: basedOn.map((id) => ({ reference: `SupplyRequest/${id}` })) }),
    ...(partOf === undefined ? {} : { partOf: [{ reference: `SupplyDelivery/${partOf}` }] }),
    ...(movement.patient === undefined ? {} : { patient: { reference: movement.patient } }),
    ...(destination === undefined ? {} : { destination: { reference: `Location/${destination}` } }),
    ...(movement.supplier === undefined ? {} : { supplier: { reference: movement.supplier } }),
    ...(movement.receiver === undefined ? {} : { receiver: [{ reference: movement.receiver }] }),
    ...(at === undefined
      ? {}
      : status === 'in-progress'
        ? { occurrencePeriod: { start: at } }
        : { occurrenceDateTime: at }),
  };
}

function extensionsOf(
  type: MovementType,
  { origin, reason, cause, reverses, unitCost, extension }: NewMovement,
): Extension[] {
  const reference = (name: string, to: string | undefined): Extension[] =>
    to === undefined ? [] : [{ url: structure(name), valueReference: { reference: to } }];
  return [
    { url: structure('movement-type'), valueCode: type },
    ...reference('movement-origin', origin === undefined ? undefined : `Location/${origin}`),
    ...(reason === undefined ? [] : [{ url: structure('movement-reason'), valueCode: reason }]),
    ...reference('movement-cause', cause),
    ...reference('movement-reverses', reverses === undefined ? undefined : `SupplyDelivery/${reverses}`),
    ...(unitCost === undefined ? [] : [{ url: structure('movement-unit-cost'), valueMoney: unitCost }]),
    ...(extension ?? []),
  ];
}

function isDelivery(resource: AnyResource | undefined): resource is Stored<'SupplyDelivery'> {
  return resource?.resourceType === 'SupplyDelivery';
}

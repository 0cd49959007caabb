import type { ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';
import { extensionOf } from './pharmacy-record.ts';

/** The account of the ledger where everything is that patients have. */
export const PATIENTS = 'Location/stock-patient';

type Movement = ResourceOf<'SupplyDelivery'>;

/** What a movement of the ledger says, as far as vaults and hand-overs need it. Missing parts are empty. */
export interface Moved {
  /** `Location/1` */
  readonly origin: string;
  readonly destination: string;
  /** `Medication/1` */
  readonly lot: string;
  /** Base units; the ledger has no others. */
  readonly quantity: number;
  readonly type: string;
  /** `MedicationDispense/1` */
  readonly cause: string;
}

/** Who moves what is read by the last part of a reference, so that the same place cannot go by another name. */
const LITERAL = /(?:^|\/)([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[^/]+)?$/;

export function movedBy(movement: Movement): Moved {
  const { destination, suppliedItem } = movement;
  return {
    origin: localName(extensionOf(movement, 'movement-origin')?.valueReference),
    destination: localName(destination),
    lot: localName(suppliedItem?.itemReference),
    quantity: suppliedItem?.quantity?.value ?? 0,
    type: extensionOf(movement, 'movement-type')?.valueCode ?? '',
    cause: localName(extensionOf(movement, 'movement-cause')?.valueReference),
  };
}

/** `Location/1`, however the reference is written; empty when it is no literal one. */
export function localName(reference: { readonly reference?: string | undefined } | undefined): string {
  return LITERAL.exec(reference?.reference ?? '')?.[1] ?? '';
}

/** What is destroyed of the contents, as it is part of what a witness sees: `0.5 mL`; empty when nothing is. */
export function wasteText(movement: Movement, digits: (quantity: object) => string): string {
  const quantity = movement.extension?.find(({ url }) => url === extensionUrl('vault-waste'))?.valueQuantity;
  return quantity === undefined ? '' : `${digits(quantity)} ${quantity.code ?? quantity.unit ?? ''}`;
}

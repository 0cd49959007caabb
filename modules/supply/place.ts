import type { ResourceOf } from '#sdk';
import { extensionOf, idOf } from './elements.ts';

/** A Location as the ledger knows it. */
export interface Place {
  readonly id: string;
  /** Code of CodeSystem stock-kind. */
  readonly kind: string | null;
  /** IANA name, where the Location says it itself. */
  readonly zone: string | null;
  readonly partOf: string | null;
}

export function placeIn(location: (ResourceOf<'Location'> & { readonly id: string }) | undefined): Place | undefined {
  if (location === undefined) return undefined;
  return {
    id: location.id,
    kind: extensionOf(location, 'stock-kind')?.valueCode ?? null,
    zone: extensionOf(location, 'time-zone')?.valueCode ?? null,
    partOf: idOf(location.partOf, 'Location') ?? null,
  };
}

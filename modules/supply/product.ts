import type { ResourceOf } from '#sdk';
import { claims, extensionOf, partOf } from './elements.ts';

export interface Pack {
  /** Such as `{box}`. */
  readonly unit: string;
  /** Base units in one. */
  readonly quantity: number;
  /** 14 digits, as it stands on the pack. */
  readonly gtin?: string;
}

/** What the ledger knows of a product. */
export interface Product {
  /** Of the MedicationKnowledge. */
  readonly id: string;
  /** UCUM. */
  readonly baseUnit: string;
  readonly packs: readonly Pack[];
}

/** Undefined when no stock of the product is kept. */
export function productIn(
  knowledge: (ResourceOf<'MedicationKnowledge'> & { readonly id: string }) | undefined,
): Product | undefined {
  if (knowledge === undefined) return undefined;
  const baseUnit = extensionOf(knowledge, 'base-unit')?.valueCode;
  if (baseUnit === undefined || !claims(knowledge, 'stock-product')) return undefined;
  return { id: knowledge.id, baseUnit, packs: packsOf(knowledge) };
}

function packsOf({ extension = [] }: ResourceOf<'MedicationKnowledge'>): readonly Pack[] {
  return extension
    .filter(({ url }) => url.endsWith('/StructureDefinition/stock-pack'))
    .flatMap((pack) => {
      const [unit, quantity] = [partOf(pack, 'unit')?.valueCode, partOf(pack, 'quantity')?.valuePositiveInt];
      const gtin = partOf(pack, 'gtin')?.valueString;
      if (unit === undefined || quantity === undefined) return [];
      return [gtin === undefined ? { unit, quantity } : { unit, quantity, gtin }];
    });
}

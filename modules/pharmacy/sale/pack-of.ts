import type { ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';

/** @returns base units in the pack with the GTIN; undefined when the product does not say */
export function packOf({ extension = [] }: ResourceOf<'MedicationKnowledge'>, gtin: string): number | undefined {
  const url = extensionUrl('stock-pack');
  for (const { extension: parts = [], url: own } of extension) {
    const isThis = own === url && parts.some((part) => part.url === 'gtin' && part.valueString === gtin);
    if (isThis) return parts.find((part) => part.url === 'quantity')?.valuePositiveInt;
  }
  return undefined;
}

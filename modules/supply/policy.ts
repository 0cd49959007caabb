import type { ResourceOf } from '#sdk';
import { codeOf, extensionOf, idOf, partOf, type Extension } from './elements.ts';
import { codeSystem } from './names.ts';

/** How much of a product is to be at a place. Quantities in base units. */
interface Policy {
  readonly id: string;
  readonly product: string;
  readonly location: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly reorderPoint: number;
  /** Days. */
  readonly leadTime: number | undefined;
  readonly issueOrder: 'fefo' | 'fifo';
  /** Days. */
  readonly minimumShelfLife: number | undefined;
  readonly supplier: string | undefined;
}

type Basic = ResourceOf<'Basic'> & { readonly id: string };

export function policyIn(basic: Basic | undefined): Policy | undefined {
  const levels = extensionOf(basic, 'stock-levels');
  if (basic === undefined || !isRecord(basic, 'stock-policy') || levels === undefined) return undefined;
  const product = idOf(partOf(levels, 'item')?.valueReference, 'MedicationKnowledge');
  const location = idOf(partOf(levels, 'location')?.valueReference, 'Location');
  const maximum = partOf(levels, 'maximum')?.valuePositiveInt;
  const reorderPoint = numberOf(levels, 'reorderPoint');
  if (product === undefined || location === undefined || maximum === undefined || reorderPoint === undefined)
    return undefined;
  return {
    id: basic.id,
    product,
    location,
    minimum: numberOf(levels, 'minimum') ?? 0,
    maximum,
    reorderPoint,
    leadTime: numberOf(levels, 'leadTime'),
    issueOrder: partOf(levels, 'issueOrder')?.valueCode === 'fifo' ? 'fifo' : 'fefo',
    minimumShelfLife: numberOf(levels, 'minimumShelfLife'),
    supplier: idOf(partOf(levels, 'supplier')?.valueReference, 'Organization'),
  };
}

/** @param kind code of CodeSystem stock-record */
export function isRecord(basic: ResourceOf<'Basic'>, kind: 'stock-policy' | 'supplier-item'): boolean {
  return codeOf(basic.code, codeSystem('stock-record')) === kind;
}

function numberOf(levels: Extension, name: string): number | undefined {
  return partOf(levels, name)?.valueUnsignedInt;
}

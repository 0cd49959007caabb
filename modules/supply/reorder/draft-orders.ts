import type { Clinic, ClinicTransaction, Stored } from '#sdk';
import { extensionOf, idOf, partOf } from '../elements.ts';
import { localDay } from '../local-day.ts';
import { codeSystem, identifierSystem, structure } from '../names.ts';
import { supplierItem } from '../receipt/lead-times.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';
import { reorderNeeds, type ReorderNeed } from './needs.ts';

interface Moment {
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * Drafts a line of a purchase order for each product and place that needs one. Under a lock each: whoever comes second
 * sees the first one's draft as being on order.
 */
export async function draftOrders(
  clinic: ClinicTransaction,
  narrowed: { readonly product?: string; readonly location?: string },
  { now, newId }: Moment,
): Promise<readonly Stored<'SupplyRequest'>[]> {
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const today = localDay(now, undefined);
  const candidates = await reorderNeeds(tables, today, narrowed);
  if (candidates.length === 0) return [];
  await clinic.lock(...candidates.map(({ location, product }) => `reorder ${location} ${product}`));
  const numbers = new Map<string, string>();
  const drafts: Stored<'SupplyRequest'>[] = [];
  for (const { location, product } of candidates) {
    const [need] = await reorderNeeds(tables, today, { location, product });
    if (need === undefined) continue;
    const draft = await draftOf(clinic, need, numbers, { now, newId });
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

/** Undefined when nobody is known who sells it: then somebody is told. */
async function draftOf(
  clinic: Clinic,
  need: ReorderNeed,
  numbers: Map<string, string>,
  { now, newId }: Moment,
): Promise<Stored<'SupplyRequest'> | undefined> {
  const item = await supplierItem(clinic, need.product, need.supplier ?? undefined);
  const terms = extensionOf(item, 'supplier-terms');
  const supplier = need.supplier ?? idOf(partOf(terms, 'supplier')?.valueReference, 'Organization');
  const knowledge = await clinic.read('MedicationKnowledge', need.product);
  if (supplier === undefined || knowledge === undefined) {
    const description = 'Too little is there, and no supplier is known who sells it.';
    const location = `Location/${need.location}`;
    const task = stockTask({
      code: 'approve-order',
      focus: `MedicationKnowledge/${need.product}`,
      description,
      location,
      at: now,
    });
    await clinic.createOnce(`no-supplier|${need.location}|${need.product}`, task);
    return undefined;
  }
  const key = `${supplier} ${need.location}`;
  const number = numbers.get(key) ?? `PO-${newId()}`;
  numbers.set(key, number);
  const price = partOf(terms, 'price')?.valueMoney;
  const draft = await clinic.create({
    resourceType: 'SupplyRequest',
    identifier: [{ system: identifierSystem('purchase-order'), value: number }],
    status: 'draft',
    category: { coding: [{ system: codeSystem('supply-category'), code: 'purchase' }] },
    itemCodeableConcept: knowledge.code ?? { text: 'Product' },
    quantity: { value: orderedQuantity(need.quantity, terms) },
    supplier: [{ reference: `Organization/${supplier}` }],
    deliverTo: { reference: `Location/${need.location}` },
    extension: [
      { url: structure('request-product'), valueReference: { reference: `MedicationKnowledge/${need.product}` } },
      ...(price === undefined ? [] : [{ url: structure('order-unit-price'), valueMoney: price }]),
    ],
  });
  await clinic.create(
    stockTask({
      code: 'approve-order',
      focus: `SupplyRequest/${draft.id}`,
      description: `Draft of order ${number}: to be approved.`,
      location: `Location/${need.location}`,
      at: now,
    }),
  );
  return draft;
}

/** Whole packs, and no less than the supplier sells. */
function orderedQuantity(needed: number, terms: ReturnType<typeof extensionOf>): number {
  const pack = partOf(terms, 'packSize')?.valuePositiveInt ?? 1;
  const least = partOf(terms, 'minimumOrder')?.valuePositiveInt ?? 1;
  return Math.ceil(Math.max(needed, least) / pack) * pack;
}

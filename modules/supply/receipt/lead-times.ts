import type { ClinicTransaction, ResourceOf, Stored } from '#sdk';
import { extensionOf, idOf, partOf, type Extension } from '../elements.ts';
import { daysBetween, localDay } from '../local-day.ts';
import { structure } from '../names.ts';
import { isRecord } from '../policy.ts';
import { requestIn } from '../request.ts';

type Basic = ResourceOf<'Basic'>;

/** Writes into the suppliers' catalogues how long the orders took. */
export async function noteLeadTimes(
  clinic: ClinicTransaction,
  orders: readonly Stored<'SupplyRequest'>[],
  now: Date,
): Promise<void> {
  for (const order of orders) {
    const { product, supplier, authoredOn } = requestIn(order) ?? {};
    if (product === undefined || authoredOn === undefined) continue;
    const item = await supplierItem(clinic, product, supplier);
    if (item === undefined) continue;
    const days = Math.max(0, daysBetween(authoredOn.slice(0, 10), localDay(now, undefined)));
    await clinic.change('Basic', item.id, (before) => withLeadTime(before, days));
  }
}

/** What the catalogues say of a product; of one supplier, or of the one with the lowest id. */
export async function supplierItem(
  clinic: Pick<ClinicTransaction, 'search'>,
  product: string,
  supplier: string | undefined,
): Promise<Stored<'Basic'> | undefined> {
  const found = await clinic.search('Basic', `stock-item=MedicationKnowledge/${product}&_sort=_id`);
  return found.find((each) => {
    const of = idOf(partOf(extensionOf(each, 'supplier-terms'), 'supplier')?.valueReference, 'Organization');
    return isRecord(each, 'supplier-item') && (supplier === undefined || of === supplier);
  });
}

function withLeadTime(item: Basic, days: number): Basic {
  const url = structure('supplier-terms');
  const extension = item.extension?.map((each): Extension => {
    if (each.url !== url) return each;
    const rest = (each.extension ?? []).filter((part) => part.url !== 'observedLeadTime');
    return { ...each, extension: [...rest, { url: 'observedLeadTime', valueUnsignedInt: days }] };
  });
  return extension === undefined ? item : { ...item, extension };
}

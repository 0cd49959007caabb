import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { codeKey } from '../segments/order-numbers.ts';
import { detailOf } from './order-elements.ts';
import type { OrderGroup } from './order-groups.ts';
import { isObserved } from './report-parts.ts';
import { observationLines } from './result-lines.ts';

/**
 * Which observations are members of which: the susceptibilities of an organism come in an order of their own, whose OBR-26 names the
 * result (its OBX-3 and OBX-4), and OBR-29 its order. HL7 v2 §7.4.1.26.
 * @returns by the index of the parent's OBX: fullUrls of its members
 */
export function memberships(
  draft: MappingDraft,
  orders: readonly OrderGroup[],
): ReadonlyMap<number, readonly string[]> {
  const members = new Map<number, string[]>();
  const before = new ResultsBefore();
  for (const order of orders) {
    const obr = detailOf(order, 'OBR');
    const parent = obr?.has(26) === true ? before.parentOf(obr) : undefined;
    if (obr !== undefined && parent !== undefined) {
      obr.skip(26);
      const list = members.get(parent.index) ?? [];
      for (const { lines } of observationLines(order.results)) {
        const [obx] = lines;
        if (obx !== undefined && isObserved(obx)) list.push(draft.fullUrl(`Observation ${obx.place}`));
      }
      if (list.length > 0) members.set(parent.index, list);
    }
    before.add(order);
  }
  return members;
}

/** Results of the orders before, by what OBR-26 and OBR-29 name. */
class ResultsBefore {
  /** The last one of a code and sub-id. */
  private readonly last = new Map<string, SegmentReader>();
  private readonly ofOrder = new Map<string, SegmentReader>();
  private readonly numbers = new Set<string>();

  add(order: OrderGroup): void {
    const numbers = numbersOf(order);
    for (const number of numbers) this.numbers.add(number);
    for (const { segment } of order.results) {
      const key = JSON.stringify([codeKey(segment.value(3)), segment.source.get(4, 1).trim()]);
      this.last.set(key, segment);
      for (const number of numbers) this.ofOrder.set(`${number} ${key}`, segment);
    }
  }

  /** Of the order that OBR-29 names, where it is one of this message; else the last one that fits. */
  parentOf({ source }: SegmentReader): SegmentReader | undefined {
    const code = source.get(26, 1, 1, 1) || source.get(26, 1, 1, 2);
    if (code === '') return undefined;
    const key = JSON.stringify([code, source.get(26, 1, 2).trim()]);
    const named = [`filler ${source.get(29, 1, 2, 1)}`, `placer ${source.get(29, 1, 1, 1)}`];
    const known = named.filter((number) => this.numbers.has(number));
    if (known.length === 0) return this.last.get(key);
    return known.map((number) => this.ofOrder.get(`${number} ${key}`)).find((segment) => segment !== undefined);
  }
}

/** Placer's and filler's number of an order, as its segments have them. */
function numbersOf(order: OrderGroup): readonly string[] {
  const segments = [detailOf(order, 'OBR'), order.order?.segment].filter((segment) => segment !== undefined);
  const numbers = segments.flatMap(({ source }) => [
    ['placer', source.get(2, 1, 1)] as const,
    ['filler', source.get(3, 1, 1)] as const,
  ]);
  return [...new Set(numbers.filter(([, number]) => number !== '').map(([kind, number]) => `${kind} ${number}`))];
}

import { attributeOf } from '../dimse/attributes.ts';
import { itemsOf, type DataSet } from '../dimse/data-set.ts';

/**
 * What of an entry was asked for; empty where it has nothing to say. A sequence without items, or with an empty one, asks for all of it.
 */
export function pickKeys(entry: DataSet, keys: DataSet): DataSet {
  const picked: Record<string, string | readonly DataSet[]> = {};
  for (const [keyword, key] of Object.entries(keys)) {
    const vr = attributeOf(keyword)?.vr;
    if (vr === undefined) continue;
    const value = entry[keyword] ?? '';
    if (vr !== 'SQ') picked[keyword] = typeof value === 'string' ? value : '';
    else {
      const [wanted] = typeof key === 'string' ? [] : key;
      const items = itemsOf(entry, keyword);
      const isAll = wanted === undefined || Object.keys(wanted).length === 0;
      picked[keyword] = isAll ? items : items.map((item) => pickKeys(item, wanted));
    }
  }
  return picked;
}

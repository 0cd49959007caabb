import { fault } from '../../kernel/fault.ts';
import type { SearchTree } from '../../search/tree.ts';

/** @throws Fault 400 when contained resources are asked for where only those count that stand alone */
export function refuseContained({ contained }: SearchTree, where: string): void {
  if (contained === 'false') return;
  const text = `_contained=${contained} does not go with ${where}: only resources that stand alone count there. Leave it out.`;
  throw fault('search.contained', 400, 'not-supported', text, '_contained');
}

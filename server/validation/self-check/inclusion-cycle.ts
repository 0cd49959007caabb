import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';
import { shownChain } from './shown-chain.ts';

/** A value set that includes itself, at whatever distance, has no expansion. */
export function checkInclusion(valueSet: JsonObject, walk: Walk): void {
  const url = typeof valueSet.url === 'string' ? valueSet.url : undefined;
  if (url === undefined) return;
  const cameFrom = new Map<string, string | undefined>();
  const open: { readonly set: JsonObject; readonly name: string }[] = [{ set: valueSet, name: url }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const canonical of includedBy(next.set)) {
      const name = canonical.split('|', 1)[0] ?? canonical;
      if (name === url) {
        const chain = shownChain([...chainTo(next.name, cameFrom), url]);
        const text = `The value set includes itself: ${chain}. Expected is a value set without such a circle.`;
        addIssueAt(walk, ['compose'], 'business-rule', text);
        return;
      }
      if (cameFrom.has(name)) continue;
      cameFrom.set(name, next.name);
      const set = walk.canonicals.find('ValueSet', canonical);
      if (set !== undefined) open.push({ set, name });
    }
  }
}

function includedBy({ compose }: JsonObject): readonly string[] {
  if (!isObject(compose)) return [];
  return [compose.include, compose.exclude].flatMap((list) =>
    (Array.isArray(list) ? list : []).flatMap((include) =>
      isObject(include) && Array.isArray(include.valueSet)
        ? include.valueSet.filter((canonical) => typeof canonical === 'string')
        : [],
    ),
  );
}

function chainTo(name: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const chain: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) chain.push(at);
  return chain.reverse();
}

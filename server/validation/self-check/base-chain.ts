import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';
import { knownStructure } from './known-structure.ts';
import { shownChain } from './shown-chain.ts';

/** Whether the chain of baseDefinition ends; one that comes back to the structure is an error. */
export function checkBaseChain({ url, baseDefinition }: JsonObject, walk: Walk): boolean {
  const chain = new Set([String(url)]);
  let next = baseDefinition;
  while (typeof next === 'string') {
    const canonical = next.split('|', 1)[0] ?? next;
    if (canonical === url) {
      const circle = shownChain([...chain, canonical]);
      const text = `The chain of baseDefinition comes back to this structure: ${circle}. Expected is one that ends at a type of FHIR.`;
      addIssueAt(walk, ['baseDefinition'], 'business-rule', text);
    }
    if (chain.has(canonical)) return false;
    chain.add(canonical);
    next = knownStructure(walk, next)?.baseDefinition;
  }
  return true;
}

import { addIssueAt, type Walk } from '../walk.ts';
import type { BundleIndex } from './bundle-index.ts';
import { reachableEntries } from './reachable.ts';
import { requireEntries } from './required-references.ts';

/** A message holds what its MessageHeader is about. https://hl7.org/fhir/R4/messaging.html */
export function checkMessage(index: BundleIndex, walk: Walk): void {
  const [first] = index.entries;
  if (first?.resource?.resourceType !== 'MessageHeader') return;
  requireEntries(first, ['focus'], index, walk);
  const { reached, backwards } = reachableEntries(first, index, []);
  for (const entry of index.entries) {
    if (reached.has(entry) || backwards.has(entry) || entry.resource === undefined) continue;
    const text = 'No reference joins this entry with the MessageHeader. Is it needed to process the message?';
    addIssueAt(walk, ['entry', entry.index], 'invariant', text, 'warning');
  }
}

import type { JsonObject } from '../../kernel/json.ts';
import { isAbsoluteUrl, readReference } from '../references/reference-text.ts';
import { addIssueAt, isFull, shown, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';
import { literalReferences } from './literal-references.ts';

const MAX_PLACES = 5;

/**
 * References of entries that lead to several entries, to none although only the Bundle can know the target (URNs), or
 * past an entry that is probably meant. https://hl7.org/fhir/R4/bundle.html#references
 */
export function checkEntryReferences({ type }: JsonObject, index: BundleIndex, walk: Walk): void {
  // Several versions of one resource are what a history is made of.
  const isHistory = type === 'history';
  for (const entry of index.entries) {
    if (entry.resource === undefined || isFull(walk)) continue;
    for (const { text, path } of literalReferences(entry.resource)) {
      if (text.startsWith('#')) continue;
      const matches = index.find(text, entry.entry);
      if (matches.length === 1 || (matches.length > 1 && isHistory)) continue;
      const problem = matches.length > 1 ? ambiguous(text, matches) : missing(text, entry, index);
      if (problem === undefined) continue;
      const at = ['entry', entry.index, 'resource', ...path(walk.env.definitions)];
      addIssueAt(walk, at, 'not-found', problem, matches.length > 1 ? 'error' : 'warning');
    }
  }
}

function ambiguous(text: string, matches: readonly BundleEntry[]): string {
  const places = matches
    .slice(0, MAX_PLACES)
    .map(({ index }) => `entry[${index}]`)
    .join(', ');
  return `"${shown(text)}" matches several entries: ${places}. Expected is a reference to one version, Type/id/_history/version.`;
}

function missing(text: string, from: BundleEntry, index: BundleIndex): string | undefined {
  const target = readReference(text);
  if (target === undefined) {
    if (!text.startsWith('urn:') || !isAbsoluteUrl(text)) return undefined;
    return `No entry has the fullUrl "${shown(text)}". Expected is the fullUrl of an entry of this Bundle.`;
  }
  const [like] = index.ofId(target.type, target.id);
  if (like === undefined || target.base !== '' || from.fullUrl === undefined) return undefined;
  const base =
    from.address === undefined ? 'which says nothing about its server' : `so ${from.address.base} is its server`;
  return (
    `"${shown(text)}" does not lead to entry[${like.index}], which has that type and id: the entry that refers has the ` +
    `fullUrl ${shown(from.fullUrl)}, ${base}. Expected is "${shown(like.fullUrl ?? text)}".`
  );
}

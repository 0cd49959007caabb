import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';
import { reachableEntries } from './reachable.ts';
import { requireEntries } from './required-references.ts';
import { checkStylesheets, stylesheetUrls } from './stylesheets.ts';

const REFERENCES = [
  ['subject'],
  ['encounter'],
  ['author'],
  ['attester', 'party'],
  ['custodian'],
  ['event', 'detail'],
] as const;
const SECTION_REFERENCES = ['author', 'focus', 'entry'];

/** A document holds what its Composition refers to, and nothing that has no part in it. https://hl7.org/fhir/R4/documents.html */
export function checkDocument(bundle: JsonObject, index: BundleIndex, walk: Walk): void {
  const [first] = index.entries;
  if (first?.resource?.resourceType !== 'Composition') return;
  for (const path of REFERENCES) requireEntries(first, path, index, walk);
  checkSections(first, index, walk);
  checkStylesheets(bundle, first, index, walk);
  const { reached, backwards } = reachableEntries(first, index, stylesheetUrls(bundle));
  for (const entry of index.entries) {
    if (reached.has(entry) || entry.resource === undefined) continue;
    if (!backwards.has(entry)) {
      const text = 'Nothing leads from the Composition to this entry. Refer to it, or leave it out of the document.';
      addIssueAt(walk, ['entry', entry.index], 'invariant', text);
    } else if (entry.resource.resourceType !== 'Provenance') {
      const text =
        'This entry refers to others, but no reference leads from the Composition to it, which only a Provenance may do.';
      addIssueAt(walk, ['entry', entry.index], 'invariant', text, 'warning');
    }
  }
}

function checkSections(composition: BundleEntry, index: BundleIndex, walk: Walk): void {
  let path: readonly string[] = ['section'];
  let sections = sectionsOf(composition.resource === undefined ? [] : [composition.resource]);
  while (sections.length > 0) {
    for (const name of SECTION_REFERENCES) requireEntries(composition, [...path, name], index, walk);
    path = [...path, 'section'];
    sections = sectionsOf(sections);
  }
}

function sectionsOf(owners: readonly JsonObject[]): readonly JsonObject[] {
  return owners.flatMap(({ section }) => (Array.isArray(section) ? section.filter(isObject) : []));
}

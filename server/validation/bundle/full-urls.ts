import { isObject, type JsonObject } from '../../kernel/json.ts';
import { isAbsoluteUrl } from '../references/reference-text.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';

/** Their entries may be new resources, or say only what became of a request. */
const WITHOUT_URLS = ['batch', 'transaction', 'batch-response', 'transaction-response'];

/** `fullUrl` is there, absolute, and agrees with the resource. https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl */
export function checkFullUrls({ type }: JsonObject, { entries }: BundleIndex, walk: Walk): void {
  const isOptional = WITHOUT_URLS.includes(String(type));
  for (const entry of entries) {
    if (entry.resource === undefined) continue;
    const { index, fullUrl } = entry;
    if (fullUrl === undefined) {
      if (isOptional || isOutcome(entry)) continue;
      const text = `An entry of a ${String(type)} needs a fullUrl: the absolute url of its resource, or urn:uuid:…`;
      addIssueAt(walk, ['entry', index], 'required', text);
    } else if (!isAbsoluteUrl(fullUrl)) {
      const text = `"${shown(fullUrl)}" is not absolute. Expected is an absolute url, urn:uuid:… or urn:oid:…`;
      addIssueAt(walk, ['entry', index, 'fullUrl'], 'value', text);
    } else checkAgreement(entry, fullUrl, isOptional, walk);
  }
}

/** In a searchset an OperationOutcome about the search is no resource of the server. */
function isOutcome({ entry }: BundleEntry): boolean {
  return isObject(entry.search) && entry.search.mode === 'outcome';
}

function checkAgreement({ index, address, resource }: BundleEntry, fullUrl: string, isNew: boolean, walk: Walk): void {
  if (address === undefined || resource === undefined) return;
  if (!walk.env.definitions.isResourceType(address.type)) return;
  const { resourceType, id } = resource;
  if (resourceType === address.type && (id === address.id || (id === undefined && isNew))) return;
  const own =
    id === undefined ? 'The resource has no id' : `The resource is ${String(resourceType)}/${shown(String(id))}`;
  const text = `${own}, its fullUrl says ${address.type}/${shown(address.id)}. Expected is a fullUrl that ends with the type and id.`;
  addIssueAt(walk, ['entry', index, 'fullUrl'], 'value', `${text} Found: ${shown(fullUrl)}.`);
}

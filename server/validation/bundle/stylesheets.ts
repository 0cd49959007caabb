import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';

const OWN_STYLE = 'https://hl7.org/fhir/fhir.css';

/** Style sheets of a document come with it. https://hl7.org/fhir/R4/documents.html#presentation */
export function checkStylesheets(bundle: JsonObject, first: BundleEntry, index: BundleIndex, walk: Walk): void {
  for (const { url, at } of stylesheets(bundle)) {
    if (index.find(url, first.entry).length > 0 || url === OWN_STYLE) continue;
    const isExternal = /^https?:/.test(url);
    const text = isExternal
      ? `The style sheet "${shown(url)}" is not part of the document. Expected is a Binary of this Bundle, or ${OWN_STYLE}.`
      : `No entry is the style sheet "${shown(url)}". Expected is a Binary of this Bundle, or ${OWN_STYLE}.`;
    addIssueAt(walk, ['link', at, 'url'], 'not-found', text, isExternal ? 'warning' : 'error');
  }
}

export function stylesheetUrls(bundle: JsonObject): readonly string[] {
  return stylesheets(bundle).map(({ url }) => url);
}

function stylesheets({ link }: JsonObject): readonly { readonly url: string; readonly at: number }[] {
  return (Array.isArray(link) ? link : []).flatMap((item, at) =>
    isObject(item) && item.relation === 'stylesheet' && typeof item.url === 'string' ? [{ url: item.url, at }] : [],
  );
}

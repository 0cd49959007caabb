import type { JsonObject } from '../../kernel/json.ts';
import type { Walk } from '../walk.ts';
import { bundleIndex } from './bundle-index.ts';
import { checkDocument } from './document.ts';
import { checkFullUrls } from './full-urls.ts';
import { checkEntryReferences } from './entry-references.ts';
import { checkLinks } from './links.ts';
import { checkMessage } from './message.ts';
import { checkSearchset } from './searchset.ts';

/**
 * What a Bundle asks of its entries beyond the constraints of the type: the identities of entries, how they refer to
 * each other, and what each type of Bundle is made of.
 * https://hl7.org/fhir/R4/bundle.html
 */
export function checkBundle(bundle: JsonObject, walk: Walk): void {
  const index = bundleIndex(bundle, walk);
  checkFullUrls(bundle, index, walk);
  checkLinks(bundle, walk);
  checkEntryReferences(bundle, index, walk);
  if (bundle.type === 'document') checkDocument(bundle, index, walk);
  else if (bundle.type === 'message') checkMessage(index, walk);
  else if (bundle.type === 'searchset') checkSearchset(bundle, index, walk);
}

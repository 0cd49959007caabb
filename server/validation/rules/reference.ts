import { isFhirId } from '../../kernel/id.ts';
import { isUri } from '../primitives/uri.ts';
import type { StringPrimitive } from '../primitives/primitive.ts';
import { isAbsoluteUri } from './absolute-uri.ts';

const HISTORY = '/_history/';

/**
 * The text of Reference.reference: a URL or URN, `#id` of a contained resource, `Type/id` or `Type/id/_history/version`,
 * or a search (`Patient?identifier=…`), which stands for its one match in a transaction.
 * https://hl7.org/fhir/R4/references.html#literal
 */
export function literalReference(isResourceType: (name: string) => boolean): StringPrimitive {
  return {
    kind: 'primitive',
    json: 'string',
    name: 'reference',
    expected: 'Type/id, Type/id/_history/version, #id, an absolute URL, urn:uuid:…, urn:oid:… or a search Type?…',
    isValid(text) {
      // First what nearly all references are.
      if (isRelative(text, isResourceType)) return true;
      if (text.startsWith('#')) return isUri(text);
      const query = text.indexOf('?');
      // The values of a search may hold blanks; it is checked when it runs.
      if (query > 0 && isResourceType(text.slice(0, query))) return true;
      return isUri(text) && isAbsoluteUri(text);
    },
  };
}

function isRelative(text: string, isResourceType: (name: string) => boolean): boolean {
  const slash = text.indexOf('/');
  if (!isResourceType(text.slice(0, Math.max(slash, 0)))) return false;
  const history = text.indexOf(HISTORY, slash);
  if (history === -1) return isFhirId(text.slice(slash + 1));
  return isFhirId(text.slice(slash + 1, history)) && isFhirId(text.slice(history + HISTORY.length));
}

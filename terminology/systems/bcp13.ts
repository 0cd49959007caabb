import { createRequire } from 'node:module';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { concept } from './concept.ts';

const MAX_LENGTH = 1000;
const NAME = '[a-z0-9!#$&^_.+-]{1,127}';
/** `text/plain; charset="utf-8"`; https://www.rfc-editor.org/rfc/rfc6838#section-4.2, parameters as in RFC 2045. */
const MEDIA_TYPE = new RegExp(`^(${NAME})/${NAME}(?:\\s*;\\s*${NAME}=(?:[^\\s;",]{1,255}|"[^"]{0,255}"))*$`, 'i');
/** Registered after the data were made, or kept for private use. */
const OTHER_TYPES = ['example', 'haptics'];
/** What the definition of CapabilityStatement.format takes besides media types. https://hl7.org/fhir/R4/http.html#mime-type */
const SHORT_FORMS = { xml: 'application/fhir+xml', json: 'application/fhir+json', ttl: 'text/turtle' };

/** Media types such as `application/pdf` and `text/plain; charset=utf-8`. https://www.rfc-editor.org/info/bcp13 */
export const mediaTypes: ComputedSystem = {
  url: 'urn:ietf:bcp:13',
  name: 'BCP13',
  title: 'Media types (BCP 13)',
  description: 'A grammar: type/subtype with parameters. Listed are the types that the package mime-db knows.',
  isCaseSensitive: false,
  hasFreeDisplays: true,
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const known = Object.keys(require('mime-db') as Readonly<Record<string, unknown>>);
  const types = new Set([...known.map((name) => name.slice(0, name.indexOf('/'))), ...OTHER_TYPES]);
  const concepts = known.map((name) => concept(name, name));
  const shortForms = new Map(Object.entries(SHORT_FORMS));
  return {
    // The list behind BCP 13 has no versions.
    version: undefined,
    concepts,
    isOpen: true,
    parse(code) {
      const short = shortForms.get(code);
      if (short !== undefined) return concept(code, short);
      if (code.length > MAX_LENGTH) return undefined;
      const type = MEDIA_TYPE.exec(code)?.[1]?.toLowerCase();
      const isKnown = type !== undefined && (types.has(type) || type.startsWith('x-'));
      return isKnown ? concept(code, code) : undefined;
    },
  };
}

import type { ComputedSystem } from './computed-system.ts';
import { concept } from './concept.ts';

const MAX_LENGTH = 2000;
const URI = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i;

/** URIs that stand for what they name. https://hl7.org/fhir/R4/terminologies-systems.html */
export const uris: ComputedSystem = {
  url: 'urn:ietf:rfc:3986',
  name: 'URI',
  title: 'Uniform resource identifiers (RFC 3986)',
  description: 'A grammar: every absolute URI.',
  isCaseSensitive: true,
  hasFreeDisplays: true,
  load: () => ({
    version: undefined,
    concepts: [],
    isOpen: true,
    parse: (code) => (code.length <= MAX_LENGTH && URI.test(code) ? concept(code, undefined) : undefined),
  }),
};

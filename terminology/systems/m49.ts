import { createRequire } from 'node:module';
import type { Concept } from '../code-system.ts';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept } from './concept.ts';

interface RegistryEntry {
  readonly Type: string;
  readonly Subtag?: string;
  readonly Description: readonly string[];
}

interface Countries {
  /** Alpha-2 by numeric code. */
  getNumericCodes(): Readonly<Record<string, string>>;
  getName(alpha2: string, language: string): string | undefined;
}

/** Countries and regions of the world by the numbers that the United Nations give them. https://hl7.org/fhir/R4/valueset-jurisdiction.html */
export const worldRegions: ComputedSystem = {
  url: 'http://unstats.un.org/unsd/methods/m49/m49.htm',
  name: 'M49',
  title: 'Area codes of the United Nations (M49)',
  description: 'The regions are those of the IANA Language Subtag Registry, the countries those of ISO 3166-1.',
  isCaseSensitive: true,
  language: 'en',
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const registry = require('language-subtag-registry/data/json/registry.json') as readonly RegistryEntry[];
  const countries = require('i18n-iso-countries') as Countries;
  const concepts: Concept[] = [];
  for (const { Type: type, Subtag: subtag = '', Description: names } of registry) {
    if (type === 'region' && /^[0-9]{3}$/.test(subtag)) {
      concepts.push(concept(subtag, names[0], [codeProperty('class', 'region')]));
    }
  }
  for (const [numeric, alpha2] of Object.entries(countries.getNumericCodes())) {
    if (/^[0-8]/.test(numeric)) {
      concepts.push(concept(numeric, countries.getName(alpha2, 'en'), [codeProperty('class', 'country')]));
    }
  }
  return { version: undefined, concepts: concepts.sort((a, b) => (a.code < b.code ? -1 : 1)) };
}

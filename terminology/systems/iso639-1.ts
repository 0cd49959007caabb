import { createRequire } from 'node:module';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { concept } from './concept.ts';

interface RegistryEntry {
  readonly Type: string;
  readonly Subtag?: string;
  readonly Description: readonly string[];
  readonly Deprecated?: string;
}

/**
 * Languages by their two letters, such as `de`: the registry of BCP-47 takes these from ISO 639-1, and leaves out those
 * of three letters that mean the same. https://www.rfc-editor.org/rfc/rfc5646#section-2.2.1
 */
export const twoLetterLanguages: ComputedSystem = {
  url: 'urn:iso:std:iso:639:-1',
  name: 'ISO639Part1',
  title: 'Codes for languages (ISO 639-1)',
  description: 'The two-letter languages of the IANA Language Subtag Registry; its version is the date of that file.',
  isCaseSensitive: false,
  language: 'en',
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const registry = require('language-subtag-registry/data/json/registry.json') as readonly RegistryEntry[];
  const meta = require('language-subtag-registry/data/json/meta.json') as { readonly 'File-Date': string };
  return {
    version: meta['File-Date'],
    concepts: registry.flatMap(({ Type: type, Subtag: subtag = '', Description: names, Deprecated: deprecated }) =>
      type === 'language' && subtag.length === 2 && deprecated === undefined
        ? [concept(subtag, names[0] ?? subtag, [])]
        : [],
    ),
  };
}

import { createRequire } from 'node:module';
import type { Concept, ConceptProperty } from '../code-system.ts';
import { readLanguageTag, type LanguageTag } from './bcp47-tag.ts';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept, textProperty } from './concept.ts';

interface RegistryEntry {
  readonly Type: 'language' | 'extlang' | 'script' | 'region' | 'variant' | 'grandfathered' | 'redundant';
  readonly Subtag?: string;
  readonly Tag?: string;
  readonly Description: readonly string[];
  readonly Deprecated?: string;
}

type SubtagType = 'language' | 'extlang' | 'script' | 'region' | 'variant';

/** `qaa..qtz`, `Qaaa..Qabx`, `QM..QZ`, `XA..XZ` of the registry, and the two regions that ISO 3166-1 leaves to users. */
const PRIVATE_USE: Readonly<Partial<Record<SubtagType, RegExp>>> = {
  language: /^q[a-t][a-z]$/,
  script: /^qa(?:a[a-z]|b[a-x])$/,
  region: /^(?:aa|q[m-z]|x[a-z]|zz)$/,
};

/** Tags of languages, such as `de`, `pt-BR`, `zh-Hant-TW`. https://www.rfc-editor.org/info/bcp47 */
export const languages: ComputedSystem = {
  url: 'urn:ietf:bcp:47',
  name: 'BCP47',
  title: 'Tags for identifying languages (BCP 47)',
  description:
    'A grammar over the IANA Language Subtag Registry. Listed are the languages; script, region, variants, extensions and private use may follow.',
  isCaseSensitive: false,
  language: 'en',
  hasFreeDisplays: true,
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const registry = require('language-subtag-registry/data/json/registry.json') as readonly RegistryEntry[];
  const meta = require('language-subtag-registry/data/json/meta.json') as { readonly 'File-Date': string };
  const subtags = new Map<string, RegistryEntry>();
  const concepts: Concept[] = [];
  for (const entry of registry) {
    const { Type: type, Subtag: subtag, Tag: tag } = entry;
    if (subtag !== undefined && !subtag.includes('..')) {
      subtags.set(`${type} ${subtag.toLowerCase()}`, entry);
      if (type === 'language') concepts.push(registered(subtag, entry, [codeProperty('language', subtag)]));
    }
    // Tags from before the grammar stand in the registry whole.
    if (tag !== undefined && type === 'grandfathered') concepts.push(registered(tag, entry, []));
  }

  const nameOf = (type: SubtagType, subtag: string): string | undefined => {
    const entry = subtags.get(`${type} ${subtag}`);
    if (entry !== undefined) return entry.Description[0] ?? subtag;
    return PRIVATE_USE[type]?.test(subtag) === true ? 'Private use' : undefined;
  };
  return {
    version: meta['File-Date'],
    concepts,
    isOpen: true,
    parse: (code) => tagConcept(code, nameOf),
    grammarProperties: ['ext-lang', 'script', 'region', 'variant', 'extension', 'private-use'],
  };
}

function registered(code: string, { Description, Deprecated }: RegistryEntry, properties: ConceptProperty[]): Concept {
  const [display, ...others] = Description;
  const designations = others.map((value) => ({ language: 'en', value }));
  return { ...concept(code, display, properties, designations), isInactive: Deprecated !== undefined };
}

function tagConcept(
  code: string,
  nameOf: (type: SubtagType, subtag: string) => string | undefined,
): Concept | undefined {
  const tag = readLanguageTag(code);
  if (tag === undefined) return undefined;
  const subtags: [SubtagType, string][] = [['language', tag.language]];
  for (const extlang of tag.extlang) subtags.push(['extlang', extlang]);
  if (tag.script !== undefined) subtags.push(['script', tag.script]);
  if (tag.region !== undefined) subtags.push(['region', tag.region]);
  for (const variant of tag.variants) subtags.push(['variant', variant]);
  const names: string[] = [];
  for (const [type, subtag] of subtags) {
    const name = nameOf(type, subtag);
    if (name === undefined) return undefined;
    names.push(name);
  }
  for (const extension of tag.extensions) names.push(extension);
  if (tag.privateUse !== undefined) names.push(tag.privateUse);
  const [language = code, ...details] = names;
  const display = details.length === 0 ? language : `${language} (${details.join(', ')})`;
  return concept(canonicalTag(tag), display, propertiesOf(tag));
}

/** The parts as properties, by the names that `ValueSet.compose.include.filter` uses. https://hl7.org/fhir/R4/languages.html */
function propertiesOf(tag: LanguageTag): ConceptProperty[] {
  const properties = [codeProperty('language', tag.language)];
  for (const extlang of tag.extlang) properties.push(codeProperty('ext-lang', extlang));
  if (tag.script !== undefined) properties.push(codeProperty('script', titleCase(tag.script)));
  if (tag.region !== undefined) properties.push(codeProperty('region', tag.region.toUpperCase()));
  for (const variant of tag.variants) properties.push(codeProperty('variant', variant));
  for (const extension of tag.extensions) properties.push(textProperty('extension', extension));
  if (tag.privateUse !== undefined) properties.push(textProperty('private-use', tag.privateUse));
  return properties;
}

/** https://www.rfc-editor.org/rfc/rfc5646#section-2.1.1 */
function canonicalTag({ language, extlang, script, region, variants, extensions, privateUse }: LanguageTag): string {
  return [
    language,
    ...extlang,
    ...(script === undefined ? [] : [titleCase(script)]),
    ...(region === undefined ? [] : [region.toUpperCase()]),
    ...variants,
    ...extensions,
    ...(privateUse === undefined ? [] : [`x-${privateUse}`]),
  ].join('-');
}

function titleCase(subtag: string): string {
  return subtag.charAt(0).toUpperCase() + subtag.slice(1);
}

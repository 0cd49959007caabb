import { createRequire } from 'node:module';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept, textProperty } from './concept.ts';

interface Country {
  readonly sub: Readonly<Record<string, { readonly type: string; readonly name: string }>>;
}

/** Parts of countries, such as `US-CA`. */
export const subdivisions: ComputedSystem = {
  url: 'urn:iso:std:iso:3166:-2',
  name: 'ISO3166Part2',
  title: 'Codes for the subdivisions of countries (ISO 3166-2)',
  description: 'Names and kinds come from the package iso-3166-2, not from ISO.',
  isCaseSensitive: true,
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const { data } = require('iso-3166-2') as { readonly data: Readonly<Record<string, Country>> };
  const concepts = Object.entries(data).flatMap(([country, { sub }]) =>
    Object.entries(sub).map(([code, { type, name }]) =>
      concept(code, name, [codeProperty('country', country), textProperty('type', type)]),
    ),
  );
  // The package does not say which edition it follows.
  return { version: undefined, concepts: concepts.sort((a, b) => (a.code < b.code ? -1 : 1)) };
}

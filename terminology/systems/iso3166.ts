import { createRequire } from 'node:module';
import type { Concept, Designation } from '../code-system.ts';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept } from './concept.ts';
import { listedDisplays } from './listed-displays.ts';

interface CountryNames {
  readonly locale: string;
  /** By alpha-2 code; of several names the first is the usual one. */
  readonly countries: Readonly<Record<string, string | readonly string[]>>;
}

interface Countries {
  /** By alpha-2 code. */
  getAlpha2Codes(): Readonly<Record<string, string>>;
  getSupportedLanguages(): readonly string[];
  alpha2ToNumeric(alpha2: string): string | undefined;
}

/** Codes that ISO 3166-1 leaves to its users: alpha-2, alpha-3, numeric. */
const USER_ASSIGNED = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ|AA[A-Z]|Q[M-Z][A-Z]|X[A-Z][A-Z]|ZZ[A-Z]|9[0-9][0-9])$/;

/** Countries by their alpha-2, alpha-3 and numeric codes. https://hl7.org/fhir/R4/iso3166.html */
export const countries: ComputedSystem = {
  url: 'urn:iso:std:iso:3166',
  name: 'ISO3166Part1',
  title: 'Codes for countries (ISO 3166-1)',
  description: 'Names in many languages come from the package i18n-iso-countries, not from ISO.',
  isCaseSensitive: true,
  language: 'en',
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const list = require('i18n-iso-countries') as Countries;
  const languages = list
    .getSupportedLanguages()
    .map((language) => require(`i18n-iso-countries/langs/${language}.json`) as CountryNames);
  const official = listedDisplays('http://hl7.org/fhir/ValueSet/iso3166-1-2');
  const alpha2: Concept[] = [];
  const alpha3: Concept[] = [];
  const numeric: Concept[] = [];
  for (const [code, three] of Object.entries(list.getAlpha2Codes()).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const number = list.alpha2ToNumeric(code);
    const { display, designations } = namesOf(code, languages, official.get(code));
    const all = [
      codeProperty('alpha-2', code),
      codeProperty('alpha-3', three),
      ...(number === undefined ? [] : [codeProperty('numeric', number)]),
    ];
    const of = (own: string): Concept =>
      concept(
        own,
        display,
        all.filter(({ value }) => value !== own),
        designations,
      );
    alpha2.push(of(code));
    alpha3.push(of(three));
    if (number !== undefined) numeric.push(of(number));
  }
  return {
    // The package does not say which edition it follows.
    version: undefined,
    concepts: [...alpha2, ...alpha3, ...numeric],
    // What they are called is the user's own.
    parse: (code) => (USER_ASSIGNED.test(code) ? concept(code, undefined) : undefined),
  };
}

function namesOf(
  code: string,
  languages: readonly CountryNames[],
  official: string | undefined,
): { readonly display: string; readonly designations: readonly Designation[] } {
  let display = code;
  const designations: Designation[] = official === undefined ? [] : [{ language: 'en', value: official }];
  for (const { locale, countries: names } of languages) {
    const found = names[code];
    if (found === undefined) continue;
    const all = typeof found === 'string' ? [found] : found;
    const isDisplay = locale === 'en';
    if (isDisplay) display = all[0] ?? code;
    for (const value of isDisplay ? all.slice(1) : all) designations.push({ language: locale, value });
  }
  return { display, designations };
}

import { createRequire } from 'node:module';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept } from './concept.ts';

interface Currency {
  readonly code: string;
  readonly number: string;
  readonly digits: number;
  readonly currency: string;
}

/** Currencies such as `EUR`. https://hl7.org/fhir/R4/valueset-currencies.html */
export const currencies: ComputedSystem = {
  url: 'urn:iso:std:iso:4217',
  name: 'ISO4217',
  title: 'Codes for currencies (ISO 4217)',
  description: 'The list of current currencies and funds; its version is the day on which it was published.',
  isCaseSensitive: true,
  language: 'en',
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const list = require('currency-codes/data') as readonly Currency[];
  return {
    version: require('currency-codes/iso-4217-publish-date') as string,
    concepts: list.map(({ code, number, digits, currency }) =>
      concept(code, currency, [
        codeProperty('numeric', number),
        { code: 'decimals', type: 'valueInteger', value: digits },
      ]),
    ),
  };
}

import type { ResourceOf } from '#sdk';
import { DRUG_ROUTE, SNOMED } from '../names.ts';
import { plainName } from '../knowledge/concepts.ts';
import type { Route } from './drug.ts';
import { routeOfWords } from './route-words.ts';

type Concept = NonNullable<NonNullable<ResourceOf<'MedicationRequest'>['dosageInstruction']>[number]['route']>;

/** Single codes of SNOMED CT; others are known by their displays. */
const CODES: Readonly<Record<string, Route>> = {
  '26643006': 'oral',
  '47625008': 'injection',
  '34206005': 'injection',
  '6064005': 'topical',
  '54485002': 'ophthalmic',
  '16857009': 'vaginal',
};

const ABBREVIATIONS: Readonly<Record<string, Route>> = { po: 'oral', sc: 'injection', sl: 'other', pr: 'rectal' };

/** How a drug is given, by a route of a dosage or a product, or by its form. */
export function routeOfConcept(concept: Concept | undefined): Route | undefined {
  for (const { system, code = '', display = '' } of concept?.coding ?? []) {
    if (system === DRUG_ROUTE) return code as Route;
    const route = system === SNOMED && Object.hasOwn(CODES, code) ? CODES[code] : routeOfText(display);
    if (route !== undefined) return route;
  }
  return routeOfText(concept?.text ?? '');
}

function routeOfText(text: string): Route | undefined {
  const words = plainName(text).split(' ');
  const [first = ''] = words;
  return words.length === 1 && Object.hasOwn(ABBREVIATIONS, first) ? ABBREVIATIONS[first] : routeOfWords(words);
}

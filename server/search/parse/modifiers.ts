import type { SearchParam, SearchParamType } from '../registry-types.ts';
import { badModifier } from './search-faults.ts';

/** https://hl7.org/fhir/R4/search.html#modifiers */
const MODIFIERS: Readonly<Record<SearchParamType, readonly string[]>> = {
  string: ['missing', 'exact', 'contains', 'text'],
  token: ['missing', 'not', 'text', 'in', 'not-in', 'above', 'below', 'of-type'],
  reference: ['missing', 'identifier', 'above', 'below'],
  uri: ['missing', 'above', 'below'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  special: ['missing'],
  composite: [],
};

/** What may follow a parameter's name; for references also the types that it may point to. */
export function modifiersOf({ type, targets }: SearchParam): readonly string[] {
  return type === 'reference' ? [...MODIFIERS.reference, ...targets] : MODIFIERS[type];
}

/** @throws Fault 400 that names the modifiers which the parameter takes */
export function assertModifier(param: SearchParam, modifier: string, label: string): void {
  const isAllowed =
    modifier === '' ||
    MODIFIERS[param.type].includes(modifier) ||
    (param.type === 'reference' && param.targets.includes(modifier));
  if (!isAllowed) throw badModifier(label, modifier, modifiersOf(param));
}

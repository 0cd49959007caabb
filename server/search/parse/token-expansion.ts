import type { SearchParam } from '../registry-types.ts';
import type { TokenTest } from '../tree.ts';
import { charge } from './cost.ts';
import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { unescape } from './split-value.ts';
import { tokenTest } from './token.ts';

const MAX_CODES = 10_000;

/** `code:in=http://…/ValueSet/x`: the codes of the value set. https://hl7.org/fhir/R4/search.html#token */
export function valueSetTests(scope: Scope, label: string, value: string): readonly TokenTest[] {
  const codes = scope.definitions.expandValueSet(unescape(value));
  if (codes === undefined) {
    throw badValue(
      label,
      value,
      'This server does not hold that value set with all of its codes. Give the canonical URL of one that it holds, ' +
        'for example http://hl7.org/fhir/ValueSet/observation-status.',
      'not-supported',
    );
  }
  return bounded(scope, label, value, codes).map(({ system, code }) => ({ is: 'token', system, code }));
}

/** `code:below=system|code`: the code and what is below (or above) it in its code system. */
export function hierarchyTests(
  scope: Scope,
  param: SearchParam,
  label: string,
  direction: 'above' | 'below',
  value: string,
): readonly TokenTest[] {
  const { code, system = param.impliedSystem } = tokenTest(label, value);
  if (code === undefined || system === undefined || system === '') {
    throw badValue(label, value, 'Give system|code: only a code system tells what is above or below a code.');
  }
  const { definitions } = scope;
  const codes = direction === 'below' ? definitions.descendants(system, code) : definitions.ancestors(system, code);
  if (codes === undefined) {
    throw badValue(
      label,
      value,
      'This server does not hold that code in a code system with a hierarchy.',
      'not-supported',
    );
  }
  return bounded(scope, label, value, codes).map((found) => ({ is: 'token', system, code: found }));
}

function bounded<T>(scope: Scope, label: string, value: string, codes: readonly T[]): readonly T[] {
  if (codes.length > MAX_CODES) {
    const text = `It stands for ${codes.length} codes; at most ${MAX_CODES} are searched. Choose a smaller set.`;
    throw badValue(label, value, text, 'too-costly');
  }
  charge(scope, label, codes.length);
  return codes;
}

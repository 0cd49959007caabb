import type { SearchParam } from '../registry-types.ts';
import type { TokenTest } from '../tree.ts';
import type { CodeSetAnswer, SetMember } from './code-sets.ts';
import { charge } from './cost.ts';
import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { unescape } from './split-value.ts';
import { tokenTest } from './token.ts';

/** Codes that one value set or hierarchy may stand for. */
export const MAX_CODES = 10_000;

const VALUE_SETS =
  'Give the canonical URL of one that it holds, for example http://hl7.org/fhir/ValueSet/observation-status.';
const SYSTEMS = 'Give a code of one that it holds.';

/** `code:in=http://…/ValueSet/x`: the codes of the value set. https://hl7.org/fhir/R4/search.html#token */
export function valueSetTests(scope: Scope, label: string, value: string): readonly TokenTest[] {
  const canonical = unescape(value);
  const { definitions, codeSets } = scope;
  const own = codeSets?.isReplaced('ValueSet', canonical) === true ? undefined : definitions.expandValueSet(canonical);
  if (own !== undefined) return bounded(scope, label, value, own);
  const answer = codeSets?.answer({ kind: 'value-set', canonical });
  if (answer !== undefined && 'codes' in answer) return bounded(scope, label, value, answer.codes);
  throw refusal(label, value, answer, 'does not hold that value set with all of its codes', VALUE_SETS);
}

/** `code:below=system|code`: the code and what is below (or above) it in its code system. */
export function hierarchyTests(
  scope: Scope,
  param: SearchParam,
  label: string,
  direction: 'above' | 'below',
  value: string,
): readonly TokenTest[] {
  const { codeSets } = scope;
  const { code, system = param.impliedSystem } = tokenTest(label, value);
  if (code === undefined || system === undefined || system === '') {
    throw badValue(label, value, 'Give system|code: only a code system tells what is above or below a code.');
  }
  const own =
    codeSets?.isReplaced('CodeSystem', system) === true ? undefined : ofDefinitions(scope, direction, system, code);
  if (own !== undefined) {
    const codes = own.map((each) => ({ system, code: each }));
    return bounded(scope, label, value, codes);
  }
  const answer = codeSets?.answer({ kind: direction, member: { system, code } });
  if (answer !== undefined && 'codes' in answer) return bounded(scope, label, value, answer.codes);
  throw refusal(label, value, answer, 'does not hold that code in a code system with a hierarchy', SYSTEMS);
}

function ofDefinitions(
  { definitions }: Scope,
  direction: 'above' | 'below',
  system: string,
  code: string,
): readonly string[] | undefined {
  return direction === 'below' ? definitions.descendants(system, code) : definitions.ancestors(system, code);
}

function refusal(
  label: string,
  value: string,
  answer: Exclude<CodeSetAnswer, { codes: unknown }> | undefined,
  lack: string,
  expected: string,
): Error {
  const problem = answer === undefined ? lack : `cannot use it: ${answer.problem}`;
  return badValue(label, value, `This server ${problem}. ${expected}`, answer?.type ?? 'not-supported');
}

function bounded(scope: Scope, label: string, value: string, codes: readonly SetMember[]): readonly TokenTest[] {
  if (codes.length > MAX_CODES) {
    const text = `It stands for more than ${MAX_CODES} codes, which is the most that is searched. Choose a smaller set.`;
    throw badValue(label, value, text, 'too-costly');
  }
  charge(scope, label, codes.length);
  return codes.map(({ system, code }) => ({ is: 'token', system, code }));
}

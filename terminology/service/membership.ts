import { Fault } from '../../server/kernel/fault.ts';
import { findValueSet } from './find-value-set.ts';
import { matchPlan, type CodeItem, type IsMember } from './match.ts';
import type { Scope } from './scope.ts';
import { allIncludes } from './validate/included-systems.ts';
import { planOf } from './value-set-plan.ts';

/** A code whose system may not be written: that of the value set is meant. */
export interface MemberCode {
  readonly system?: string | undefined;
  readonly version?: string | undefined;
  readonly code: string;
}

/**
 * Which of the codes are in a value set; undefined: nobody here can tell. No expansion is made: each include asks its
 * code system once, however many codes there are.
 * @throws Fault `terminology.cycle`, `terminology.filter`, `terminology.valueSetInvalid` (422) for a broken value set
 */
export async function members(
  scope: Scope,
  canonical: string,
  codes: readonly MemberCode[],
): Promise<readonly IsMember[]> {
  const plan = planOfHeld(scope, canonical);
  if (plan === undefined) return codes.map(() => undefined);
  const implied = codes.every(({ system }) => system !== undefined)
    ? []
    : [...new Set(allIncludes(scope, plan).flatMap(({ system }) => system ?? []))];
  const items: CodeItem[] = [];
  const places = codes.map(({ system, version, code }) => {
    const first = items.length;
    if (system === undefined) items.push(...implied.map((each) => ({ system: each, code })));
    else items.push({ system, version, code });
    return [first, items.length] as const;
  });
  const matched = await matchPlan(scope, plan, items);
  return places.map(([first, end]) => any(matched.slice(first, end)));
}

function planOfHeld(scope: Scope, canonical: string) {
  try {
    return planOf(findValueSet(scope, canonical));
  } catch (error) {
    if (error instanceof Fault && error.code === 'terminology.valueSet') return undefined;
    throw error;
  }
}

function any(matches: readonly IsMember[]): IsMember {
  return matches.includes(true) ? true : matches.includes(undefined) ? undefined : false;
}

import type { CodeAnswer, CodeQuestion } from '../../server/validation/code-checker.ts';
import { acceptedCodes } from './accepted-codes.ts';
import { codingProblems } from './coding-problems.ts';
import { instantMember, type InstantAnswer } from './instant-member.ts';
import type { FindAtHand } from './instant-systems.ts';
import { displaysListed, type ValueSetParts } from './value-set-parts.ts';

/** The answer from what is in memory; undefined: somebody else must be asked. */
export function instantAnswer(
  { valueSet, codings, impliesSystem }: CodeQuestion,
  parts: ValueSetParts | undefined,
  findSystem: FindAtHand,
): CodeAnswer | undefined {
  const isBound = valueSet !== undefined;
  let isMember: boolean | undefined = !isBound;
  const problems: CodeAnswer['problems'][number][] = [];
  for (const [index, coding] of codings.entries()) {
    const { system: url, version, code } = coding;
    if (code === undefined || (url === undefined && !impliesSystem)) continue;
    if (isBound) {
      const matched = parts === undefined ? undefined : memberOf(parts, findSystem, url, version, code);
      if (matched === 'wait') return undefined;
      isMember = isMember === true || matched === true ? true : matched === undefined ? undefined : isMember;
    }
    if (url === undefined) continue;
    const found = findSystem(url, version);
    if (found === 'elsewhere') return undefined;
    const system = found === 'absent' ? undefined : found;
    const concept = system?.conceptOf(code);
    const listed = displaysListed(parts, url, code);
    problems.push(...codingProblems(index, coding, { system, versions: [], concept, listed, isBound }));
  }
  return answerOf(isMember, problems, parts, findSystem);
}

export function answerOf(
  isMember: boolean | undefined,
  problems: CodeAnswer['problems'],
  parts: ValueSetParts | undefined,
  findSystem: FindAtHand,
): CodeAnswer {
  const accepted = isMember === false && parts !== undefined ? acceptedCodes(parts, findSystem) : undefined;
  return { isMember, problems, ...(accepted === undefined ? {} : { accepted }) };
}

/** A code without a system is of any that the value set draws from. */
function memberOf(
  { plan, includes, scope }: ValueSetParts,
  findSystem: FindAtHand,
  url: string | undefined,
  version: string | undefined,
  code: string,
): InstantAnswer {
  if (url !== undefined) return instantMember(scope, findSystem, plan, { system: url, version, code });
  // A value set that is imported but not held may have the code in a system that nobody names here.
  let answer: InstantAnswer = instantMember(scope, findSystem, plan, { system: '', version: undefined, code });
  for (const system of new Set(includes.map((include) => include.system))) {
    if (system === undefined) continue;
    const matched = instantMember(scope, findSystem, plan, { system, version: undefined, code });
    if (matched === true) return true;
    if (matched === 'wait' || answer === false) answer = matched;
  }
  return answer;
}

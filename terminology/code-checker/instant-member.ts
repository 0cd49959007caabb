import { Fault } from '../../server/kernel/fault.ts';
import type { InstantCodeSystem } from '../code-system.ts';
import { importedPlan, type Trail } from '../service/match.ts';
import type { Scope } from '../service/scope.ts';
import type { Include, ValueSetPlan } from '../service/value-set-plan.ts';
import type { FindAtHand } from './instant-systems.ts';

/** `wait`: somebody else must be asked. Undefined: nobody here can tell. */
export type InstantAnswer = boolean | undefined | 'wait';

interface Item {
  readonly system: string;
  readonly version: string | undefined;
  readonly code: string;
}

interface Question {
  readonly scope: Scope;
  readonly findSystem: FindAtHand;
  readonly item: Item;
  /** What is imported on many ways is looked at once. */
  readonly answers: Map<ValueSetPlan, InstantAnswer>;
}

const folded = new WeakMap<ReadonlyMap<string, unknown>, ReadonlySet<string>>();
const selectors = new WeakMap<InstantCodeSystem, WeakMap<Include, (code: string) => boolean>>();

/** Whether a code is in a value set, told from what is in memory. */
export function instantMember(scope: Scope, findSystem: FindAtHand, plan: ValueSetPlan, item: Item): InstantAnswer {
  return inPlan({ scope, findSystem, item, answers: new Map() }, plan, []);
}

function inPlan(question: Question, plan: ValueSetPlan, trail: Trail): InstantAnswer {
  let answer: InstantAnswer = false;
  for (const include of plan.includes) {
    const matched = inInclude(question, plan, include, trail);
    if (matched === true) {
      answer = true;
      break;
    }
    answer = lessKnown(answer, matched);
  }
  if (answer === false) return false;
  for (const exclude of plan.excludes) {
    const matched = inInclude(question, plan, exclude, trail);
    if (matched === true) return false;
    if (matched !== false) answer = answer === true ? matched : lessKnown(answer, matched);
  }
  if (answer !== true || plan.takesInactive) return answer;
  const { findSystem, item } = question;
  const system = findSystem(item.system, item.version);
  if (system === 'elsewhere') return 'wait';
  return system === 'absent' || system.conceptOf(item.code)?.isInactive !== true;
}

function inInclude(question: Question, plan: ValueSetPlan, include: Include, trail: Trail): InstantAnswer {
  let answer: InstantAnswer = include.system === undefined || inSystem(question, include);
  for (const canonical of include.valueSets) {
    if (answer === false) return false;
    const matched = inImported(question, plan, canonical, trail);
    answer = matched === false ? false : answer === true ? matched : lessKnown(answer, matched);
  }
  return answer;
}

function inSystem({ findSystem, item: { system, version, code } }: Question, include: Include): InstantAnswer {
  if (include.system !== system) return false;
  const { concepts, filters } = include;
  const found = findSystem(system, include.version ?? version);
  if (found === 'elsewhere') return concepts?.has(code) === false ? false : 'wait';
  // Listed codes are known to be meant even where nobody can say what they mean.
  if (found === 'absent') return concepts?.has(code);
  if (version !== undefined && found.version !== undefined && version !== found.version) return false;
  if (concepts !== undefined && !lists(concepts, code, found.isCaseSensitive)) return false;
  if (found.conceptOf(code) === undefined) return false;
  return filters.length === 0 || selects(found, include, code);
}

function lists(concepts: ReadonlyMap<string, unknown>, code: string, isCaseSensitive: boolean): boolean {
  if (concepts.has(code)) return true;
  if (isCaseSensitive) return false;
  let known = folded.get(concepts);
  if (known === undefined) {
    known = new Set([...concepts.keys()].map((each) => each.toLowerCase()));
    folded.set(concepts, known);
  }
  return known.has(code.toLowerCase());
}

/** A broken filter selects nobody knows what: the operations on the value set say what is wrong with it. */
function selects(system: InstantCodeSystem, include: Include, code: string): InstantAnswer {
  let known = selectors.get(system);
  if (known === undefined) selectors.set(system, (known = new WeakMap<Include, (code: string) => boolean>()));
  try {
    let test = known.get(include);
    if (test === undefined) known.set(include, (test = system.selector(include.filters)));
    return test(code);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function inImported(question: Question, plan: ValueSetPlan, canonical: string, trail: Trail): InstantAnswer {
  const { scope, answers } = question;
  try {
    const imported = importedPlan(scope, canonical, plan, trail);
    if (imported === undefined) return undefined;
    if (answers.has(imported)) return answers.get(imported);
    const answer = inPlan(question, imported, [...trail, plan]);
    answers.set(imported, answer);
    return answer;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function lessKnown(one: InstantAnswer, other: InstantAnswer): InstantAnswer {
  if (one === 'wait' || other === 'wait') return 'wait';
  return one === undefined || other === undefined ? undefined : one && other;
}

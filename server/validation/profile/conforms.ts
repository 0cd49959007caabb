import { isObject } from '../../kernel/json.ts';
import type { ResourcePlace } from '../walk.ts';
import { checkContent } from './check-content.ts';
import { isOfType, type Item } from './item.ts';
import type { ContentRule, Profile, Visit } from './rule.ts';

/** References may lead from resource to resource without end; what is that far away counts as met. */
const MAX_DEPTH = 16;

/**
 * The first thing that keeps a value from meeting a profile; undefined when it does. `place` for a resource that stands
 * elsewhere than the path. References that lead back to a value that is being looked at find that it does.
 */
export function whyNot(item: Item, profile: Profile, visit: Visit, place?: ResourcePlace): string | undefined {
  const { value } = item;
  if (!isOfType(item.type, profile.type, visit.walk.env.definitions)) {
    return `the type is ${item.type}, the profile is about ${profile.type}`;
  }
  if (visit.depth >= MAX_DEPTH) return undefined;
  const inner: Visit = { ...visit, profile: profile.url, depth: visit.depth + 1 };
  if (!isObject(value)) return firstError(item, profile.content(item.type), inner, place);
  let answers = visit.known.get(value);
  if (answers === undefined) visit.known.set(value, (answers = new Map<string, string | undefined>()));
  if (answers.has(profile.url)) return answers.get(profile.url);
  answers.set(profile.url, undefined);
  const answer = firstError(item, profile.content(item.type), inner, place);
  answers.set(profile.url, answer);
  return answer;
}

/** Whether a value passes a rule, without a word about it. */
export function meets(item: Item, rule: ContentRule, visit: Visit): boolean {
  return firstError(item, rule, visit, undefined) === undefined;
}

/**
 * The issues and open questions are not those of the walk: what terminology does not know at once counts as met. The
 * walk itself is used, not a copy, because what is found out about a Bundle is kept with it.
 */
function firstError(item: Item, rule: ContentRule, visit: Visit, place: ResourcePlace | undefined): string | undefined {
  const { walk } = visit;
  const { issues, questions, resources } = walk;
  const { errors } = walk;
  const before = issues.splice(0);
  const asked = questions.length;
  walk.errors = 0;
  if (place !== undefined) resources.push(place);
  checkContent(item, rule, { ...visit, mayAsk: false });
  if (place !== undefined) resources.pop();
  const found = issues.find(({ severity }) => severity === 'error')?.text;
  issues.splice(0, issues.length, ...before);
  questions.length = asked;
  walk.errors = errors;
  return found;
}

import { Fault, type Issue } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** What became of a card. https://cds-hooks.hl7.org/2.0/#feedback */
export interface Feedback {
  readonly card: string;
  readonly outcome: 'accepted' | 'overridden';
  /** Milliseconds: when somebody acted. */
  readonly at: number;
  /** Ids of suggestions that were accepted. */
  readonly suggestions: readonly string[];
  readonly reason: { readonly system?: string; readonly code: string; readonly display?: string } | undefined;
  readonly comment: string | undefined;
}

const MAX_FEEDBACK = 100;
const MAX_TEXT = 4000;
const MAX_ID = 128;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** @throws Fault 400 with all that is wrong */
export function readFeedback(body: JsonValue): readonly Feedback[] {
  const list = isObject(body) ? body.feedback : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_FEEDBACK) {
    const text = `The body must be {"feedback":[…]} with 1 to ${MAX_FEEDBACK} items.`;
    throw new Fault('cds.badFeedback', 400, [{ severity: 'error', code: 'structure', text, expression: ['feedback'] }]);
  }
  const issues: Issue[] = [];
  const read = list.map((each, index) => readOne(isObject(each) ? each : {}, `feedback[${index}]`, issues));
  if (issues.length > 0) throw new Fault('cds.badFeedback', 400, issues);
  return read;
}

function readOne(item: JsonObject, place: string, issues: Issue[]): Feedback {
  const { card, outcome, outcomeTimestamp, acceptedSuggestions = [], overrideReason = {} } = item;
  const expect = (isGood: boolean, name: string, text: string): void => {
    if (!isGood)
      issues.push({ severity: 'error', code: 'value', text: `${name} ${text}.`, expression: [`${place}.${name}`] });
  };
  const suggestions = Array.isArray(acceptedSuggestions)
    ? acceptedSuggestions.map((each) => (isObject(each) ? each.id : undefined))
    : [undefined];
  const { reason, userComment } = isObject(overrideReason) ? overrideReason : { reason: null, userComment: undefined };
  const at =
    typeof outcomeTimestamp === 'string' && INSTANT.test(outcomeTimestamp) ? Date.parse(outcomeTimestamp) : NaN;
  expect(isText(card, MAX_ID), 'card', 'must be the uuid of the card');
  expect(outcome === 'accepted' || outcome === 'overridden', 'outcome', 'must be accepted or overridden');
  expect(Number.isFinite(at), 'outcomeTimestamp', 'must be a time with a zone, such as 2020-12-11T00:00:00Z');
  expect(
    suggestions.length <= MAX_FEEDBACK && suggestions.every((id) => isText(id, MAX_ID)),
    'acceptedSuggestions',
    'must be a list of {"id": uuid of the suggestion}',
  );
  expect(outcome !== 'accepted' || suggestions.length > 0, 'acceptedSuggestions', 'must name what was accepted');
  expect(reason === undefined || isReason(reason), 'overrideReason.reason', 'must be a Coding with a code');
  expect(
    userComment === undefined || isText(userComment, MAX_TEXT),
    'overrideReason.userComment',
    `must be a text of at most ${MAX_TEXT} characters`,
  );
  return {
    card: String(card),
    outcome: outcome === 'accepted' ? 'accepted' : 'overridden',
    at,
    suggestions: suggestions.map(String),
    reason: isObject(reason) ? codingOf(reason) : undefined,
    comment: typeof userComment === 'string' ? userComment : undefined,
  };
}

function isReason(value: JsonValue): boolean {
  if (!isObject(value) || !isText(value.code, MAX_TEXT)) return false;
  return [value.system, value.display].every((text) => text === undefined || isText(text, MAX_TEXT));
}

function codingOf({ system, code, display }: JsonObject): Feedback['reason'] {
  return {
    code: String(code),
    ...(typeof system === 'string' ? { system } : {}),
    ...(typeof display === 'string' ? { display } : {}),
  };
}

function isText(value: JsonValue | undefined, most: number): boolean {
  return typeof value === 'string' && value !== '' && value.length <= most;
}

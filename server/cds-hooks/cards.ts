import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** What a service answered, made whole: every card and suggestion has a uuid. */
export interface CheckedAnswer {
  readonly cards: readonly JsonObject[];
  readonly systemActions: readonly JsonObject[];
}

const MAX_CARDS = 100;
const MAX_SUMMARY = 140;
const INDICATORS = ['info', 'warning', 'critical'];
const BEHAVIORS = ['at-most-one', 'any'];

/**
 * Checks what a service answers; decision support that is half wrong is not shown at all.
 * https://cds-hooks.hl7.org/2.0/#cds-service-response
 * @throws Error that says what of which card is not as it must be
 */
export function checkAnswer(answer: unknown): CheckedAnswer {
  const { cards, systemActions = [] } = objectOf(answer, 'the answer');
  const all = listOf(cards, 'cards');
  if (all.length > MAX_CARDS) throw new Error(`there are more than ${MAX_CARDS} cards`);
  return {
    cards: all.map((card, index) => checkCard(card, `cards[${index}]`)),
    systemActions: listOf(systemActions, 'systemActions').map((action, index) =>
      checkAction(action, `systemActions[${index}]`, false),
    ),
  };
}

function checkCard(value: JsonValue, place: string): JsonObject {
  const card = objectOf(value, place);
  const { uuid = randomUUID(), suggestions = [], links = [], overrideReasons = [] } = card;
  if (textOf(card.summary, `${place}.summary`).length > MAX_SUMMARY) {
    throw new Error(`${place}.summary has more than ${MAX_SUMMARY} characters`);
  }
  if (card.detail !== undefined) textOf(card.detail, `${place}.detail`);
  oneOf(card.indicator, INDICATORS, `${place}.indicator`);
  checkSource(objectOf(card.source, `${place}.source`), `${place}.source`);
  listOf(links, `${place}.links`).forEach((link, index) => {
    checkLink(objectOf(link, `${place}.links`), `${place}.links[${index}]`);
  });
  listOf(overrideReasons, `${place}.overrideReasons`).forEach((reason, index) => {
    const { code, display } = objectOf(reason, `${place}.overrideReasons`);
    textOf(code, `${place}.overrideReasons[${index}].code`);
    textOf(display, `${place}.overrideReasons[${index}].display`);
  });
  const checked = listOf(suggestions, `${place}.suggestions`).map((suggestion, index) =>
    checkSuggestion(suggestion, `${place}.suggestions[${index}]`),
  );
  const { selectionBehavior = 'at-most-one' } = card;
  oneOf(selectionBehavior, BEHAVIORS, `${place}.selectionBehavior`);
  return {
    ...card,
    uuid: textOf(uuid, `${place}.uuid`),
    ...(checked.length === 0 ? {} : { suggestions: checked, selectionBehavior }),
  };
}

function checkSource({ label, url, topic }: JsonObject, place: string): void {
  textOf(label, `${place}.label`);
  if (url !== undefined) webUrl(url, `${place}.url`);
  if (topic !== undefined) textOf(objectOf(topic, `${place}.topic`).code, `${place}.topic.code`);
}

function checkLink({ label, url, type, appContext }: JsonObject, place: string): void {
  textOf(label, `${place}.label`);
  webUrl(url, `${place}.url`);
  oneOf(type, ['absolute', 'smart'], `${place}.type`);
  if (appContext !== undefined && type !== 'smart') throw new Error(`${place}.appContext is for smart links only`);
}

function checkSuggestion(value: JsonValue, place: string): JsonObject {
  const suggestion = objectOf(value, place);
  const { uuid = randomUUID(), actions } = suggestion;
  textOf(suggestion.label, `${place}.label`);
  const checked = listOf(actions ?? [], `${place}.actions`).map((action, index) =>
    checkAction(action, `${place}.actions[${index}]`, true),
  );
  return { ...suggestion, uuid: textOf(uuid, `${place}.uuid`), ...(actions === undefined ? {} : { actions: checked }) };
}

/** @param isShown whether a person reads its description */
function checkAction(value: JsonValue, place: string, isShown: boolean): JsonObject {
  const action = objectOf(value, place);
  const { type, description, resource, resourceId } = action;
  oneOf(type, ['create', 'update', 'delete'], `${place}.type`);
  if (isShown) textOf(description, `${place}.description`);
  if (type === 'delete') textOf(resourceId, `${place}.resourceId`);
  else textOf(objectOf(resource, `${place}.resource`).resourceType, `${place}.resource.resourceType`);
  return action;
}

/** Links are opened in a browser: `javascript:` and the like are none. */
function webUrl(value: JsonValue | undefined, place: string): void {
  const isWeb = typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
  if (!isWeb) throw new Error(`${place} must be an absolute http or https URL`);
}

function oneOf(value: JsonValue | undefined, values: readonly string[], place: string): void {
  if (!values.includes(String(value))) throw new Error(`${place} must be one of ${values.join(', ')}`);
}

function textOf(value: JsonValue | undefined, place: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${place} must be a text`);
  return value;
}

function listOf(value: JsonValue | undefined, place: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new Error(`${place} must be a list`);
  return value;
}

function objectOf(value: unknown, place: string): JsonObject {
  const json = value as JsonValue | undefined;
  if (!isObject(json)) throw new Error(`${place} must be an object`);
  return json;
}

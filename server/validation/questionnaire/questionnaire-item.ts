import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { extensionsOf, ITEM_EXTENSIONS } from './item-extensions.ts';

/** An item of a Questionnaire, ready to check answers with. */
export interface QuestionnaireItem {
  readonly linkId: string;
  /** https://hl7.org/fhir/R4/valueset-item-type.html */
  readonly type: string;
  readonly definition: JsonObject;
  /** Place among its siblings: answers stand in the order of the questions. */
  readonly place: number;
  /** Place in the whole questionnaire, as one reads it. */
  readonly position: number;
  readonly parent: QuestionnaireItem | undefined;
  /** Of the items within it those that can be missed: required ones, and those with a minimum. */
  readonly expected: readonly QuestionnaireItem[];
}

export interface QuestionnaireItems {
  /** Of the outermost items those that can be missed. */
  readonly expected: readonly QuestionnaireItem[];
  /** All of them, as one reads them. */
  readonly ordered: readonly QuestionnaireItem[];
  /** The first with a linkId. */
  readonly byLinkId: ReadonlyMap<string, QuestionnaireItem>;
  /** The linkIds that some enableWhen asks about. */
  readonly asked: ReadonlySet<string>;
}

const known = new WeakMap<JsonObject, QuestionnaireItems>();

/** Made once per Questionnaire object: those of the server do not change, a change makes a new object. */
export function questionnaireItems(questionnaire: JsonObject): QuestionnaireItems {
  let items = known.get(questionnaire);
  if (items === undefined) known.set(questionnaire, (items = createItems(questionnaire)));
  return items;
}

function createItems(questionnaire: JsonObject): QuestionnaireItems {
  const byLinkId = new Map<string, QuestionnaireItem>();
  const asked = new Set<string>();
  const ordered: QuestionnaireItem[] = [];
  const expected: QuestionnaireItem[] = [];
  const open: Pending[] = [];
  addPending(questionnaire.item, undefined, expected, open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { definition, place, parent, expectedThere } = next;
    const linkId = typeof definition.linkId === 'string' ? definition.linkId : '';
    const type = typeof definition.type === 'string' ? definition.type : '';
    const expectedWithin: QuestionnaireItem[] = [];
    const item = { linkId, type, definition, place, position: ordered.length, parent, expected: expectedWithin };
    if (canBeMissed(definition)) expectedThere.push(item);
    ordered.push(item);
    if (!byLinkId.has(linkId)) byLinkId.set(linkId, item);
    addAsked(definition, asked);
    addPending(definition.item, item, expectedWithin, open);
  }
  return { expected, ordered, byLinkId, asked };
}

function canBeMissed(definition: JsonObject): boolean {
  if (definition.type === 'display') return false;
  return definition.required === true || extensionsOf(definition, ITEM_EXTENSIONS.minOccurs).length > 0;
}

interface Pending {
  readonly definition: JsonObject;
  readonly place: number;
  readonly parent: QuestionnaireItem | undefined;
  /** The list of the expected ones among its siblings. */
  readonly expectedThere: QuestionnaireItem[];
}

/** The last one first, as they are taken from the end. */
function addPending(
  list: JsonValue | undefined,
  parent: QuestionnaireItem | undefined,
  expectedThere: QuestionnaireItem[],
  open: Pending[],
): void {
  if (!Array.isArray(list)) return;
  for (let place = list.length - 1; place >= 0; place -= 1) {
    const definition = list[place];
    if (isObject(definition)) open.push({ definition, place, parent, expectedThere });
  }
}

function addAsked({ enableWhen }: JsonObject, asked: Set<string>): void {
  for (const condition of Array.isArray(enableWhen) ? enableWhen : []) {
    if (isObject(condition) && typeof condition.question === 'string') asked.add(condition.question);
  }
}

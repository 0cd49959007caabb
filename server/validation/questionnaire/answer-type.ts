import { addIssue, type Walk } from '../walk.ts';
import { isObject, type JsonArray } from '../../kernel/json.ts';
import { typedValue, type TypedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** The value[x] of each type of item. https://hl7.org/fhir/R4/valueset-item-type.html */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['Boolean'],
  decimal: ['Decimal'],
  integer: ['Integer'],
  date: ['Date'],
  dateTime: ['DateTime'],
  time: ['Time'],
  string: ['String'],
  text: ['String'],
  url: ['Uri'],
  choice: ['Coding'],
  'open-choice': ['Coding', 'String'],
  attachment: ['Attachment'],
  reference: ['Reference'],
  quantity: ['Quantity'],
};

/** Every condition on a question asks for its types. */
const known = new WeakMap<QuestionnaireItem, readonly string[]>();

/** Types that answers of the item may have; undefined for a type of item that is none of R4. */
export function answerTypes(item: QuestionnaireItem): readonly string[] | undefined {
  const { type, definition } = item;
  const types = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  const { answerOption } = definition;
  if (types === undefined || !type.endsWith('choice') || !Array.isArray(answerOption)) return types;
  let found = known.get(item);
  if (found === undefined) known.set(item, (found = typesOfOptions(type, types, answerOption)));
  return found;
}

function typesOfOptions(type: string, types: readonly string[], answerOption: JsonArray): readonly string[] {
  const options = answerOption.flatMap((option) => (isObject(option) ? (typedValue(option)?.type ?? []) : []));
  return [...new Set([...(options.length === 0 ? ['Coding'] : options), ...(type === 'open-choice' ? types : [])])];
}

/** False when it is not what the item asks for; nothing more can be said about it then. */
export function checkAnswerType(
  answer: TypedValue,
  { linkId, type }: QuestionnaireItem,
  types: readonly string[] | undefined,
  walk: Walk,
): boolean {
  if (types === undefined || types.includes(answer.type)) return true;
  const expected = types.map((name) => `value${name}`).join(' or ');
  const text = `Item "${linkId}" is of type ${type}. Expected is ${expected}, found: ${answer.property}.`;
  addIssue(walk, 'structure', text);
  return false;
}

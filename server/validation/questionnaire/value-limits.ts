import { isObject, numberText } from '../../kernel/json.ts';
import { addIssue } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { compareValues } from './compare-values.ts';
import { extensionNumber, extensionValues, ITEM_EXTENSIONS, type TypedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** minValue, maxValue, their likes for quantities, and maxDecimalPlaces. Bounds belong to what is allowed. */
export function valueLimitChecks({ definition }: QuestionnaireItem): readonly AnswerCheck[] {
  const { minValue, maxValue, minQuantity, maxQuantity, maxDecimalPlaces } = ITEM_EXTENSIONS;
  const bounds = (urls: readonly string[], sign: number): readonly AnswerCheck[] =>
    urls.flatMap((url) => extensionValues(definition, url)).map((bound) => boundCheck(bound, sign));
  const places = extensionNumber(definition, maxDecimalPlaces);
  return [
    ...bounds([minValue, minQuantity], -1),
    ...bounds([maxValue, maxQuantity], 1),
    ...(places === undefined ? [] : [placesCheck(places)]),
  ];
}

/** `sign`: that of comparing what is out of bounds with the bound. */
function boundCheck(bound: TypedValue, sign: number): AnswerCheck {
  const limit = `${sign < 0 ? 'at least' : 'at most'} ${shownValue(bound)}`;
  return (answer, walk) => {
    const order = compareValues(answer, bound);
    if (order === undefined) {
      const isQuantity = answer.type === 'Quantity';
      const expected = isQuantity ? `${limit}, in a unit that compares with it` : limit;
      const text = `${shownValue(answer)} cannot be compared with the bound. Expected is ${expected}.`;
      addIssue(walk, 'value', text, isQuantity ? 'error' : 'warning');
    } else if (Math.sign(order) === sign) {
      addIssue(walk, 'value', `${shownValue(answer)} is out of bounds. Expected is ${limit}.`);
    }
  };
}

function placesCheck(places: number): AnswerCheck {
  return ({ value, owner, property }, walk) => {
    const text = isObject(value) ? numberText(value, 'value') : numberText(owner, property);
    const digits = text === undefined ? 0 : (/\.(\d+)/.exec(text)?.[1]?.length ?? 0);
    if (digits > places)
      addIssue(walk, 'value', `${text} has ${digits} decimal places. Expected are at most ${places}.`);
  };
}

function shownValue({ value, owner, property }: TypedValue): string {
  if (!isObject(value)) return numberText(owner, property) ?? String(value);
  const unit = [value.unit, value.code].find((name) => typeof name === 'string');
  return [numberText(value, 'value') ?? '(no value)', unit].filter((part) => part !== undefined).join(' ');
}

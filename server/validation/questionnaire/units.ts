import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { CodedValue } from '../code-checker.ts';
import { addIssue, askCodes, shown } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { extensionText, extensionValues, ITEM_EXTENSIONS } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** unitOption and unitValueSet: which units a quantity may have. */
export function unitChecks({ definition }: QuestionnaireItem): readonly AnswerCheck[] {
  const options = extensionValues(definition, ITEM_EXTENSIONS.unitOption).flatMap(({ value }) =>
    isObject(value) ? [value] : [],
  );
  const valueSet = extensionText(definition, ITEM_EXTENSIONS.unitValueSet);
  return [
    ...(options.length === 0 ? [] : [optionCheck(options)]),
    ...(valueSet === undefined ? [] : [valueSetCheck(valueSet)]),
  ];
}

function optionCheck(options: readonly JsonObject[]): AnswerCheck {
  const expected = options.map(({ code, display }) => String(code ?? display)).join(', ');
  return ({ value }, walk) => {
    if (!isObject(value)) return;
    const isOption = options.some((option) =>
      value.code === undefined
        ? value.unit !== undefined && (value.unit === option.display || value.unit === option.code)
        : value.code === option.code && value.system === option.system,
    );
    if (!isOption) addIssue(walk, 'value', `${unitOf(value)} is not allowed. Expected is one of ${expected}.`);
  };
}

function valueSetCheck(valueSet: string): AnswerCheck {
  return ({ value }, walk) => {
    if (!isObject(value) || typeof value.code !== 'string') return;
    const { code, system } = value;
    const coding: CodedValue = typeof system === 'string' ? { system, code } : { code };
    const question = { valueSet, codings: [coding], impliesSystem: false };
    askCodes(walk, question, ({ isMember, accepted }, later) => {
      if (isMember !== false) return;
      const expected = accepted ?? `a unit of ${valueSet}`;
      addIssue(later, 'code-invalid', `${unitOf(value)} is not allowed. Expected is ${expected}.`);
    });
  };
}

function unitOf({ unit, code }: JsonObject): string {
  const name = [code, unit].find((text) => typeof text === 'string');
  return typeof name === 'string' ? `The unit "${shown(name)}"` : 'A quantity without unit';
}

import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, shown } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { equalValues } from './compare-values.ts';
import { extensionsOf, ITEM_EXTENSIONS, typedValue, type TypedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

const MAX_SHOWN = 8;

/** Answers are one of the options; of an open choice also other texts. */
export function optionChecks(item: QuestionnaireItem): readonly AnswerCheck[] {
  const { definition } = item;
  const options = answerOptions(item);
  // Expressions may add options or take them away.
  const hasExpression =
    extensionsOf(definition, ITEM_EXTENSIONS.optionsToggle).length > 0 ||
    extensionsOf(definition, ITEM_EXTENSIONS.answerExpression).length > 0;
  return options.length === 0 || hasExpression ? [] : [optionCheck(options, item)];
}

function answerOptions({ definition }: QuestionnaireItem): readonly TypedValue[] {
  const { answerOption } = definition;
  if (!Array.isArray(answerOption)) return [];
  return answerOption.flatMap((option) => (isObject(option) ? (typedValue(option) ?? []) : []));
}

function optionCheck(options: readonly TypedValue[], item: QuestionnaireItem): AnswerCheck {
  const isOpen = item.type === 'open-choice';
  const codings = new Set(options.filter(({ type }) => type === 'Coding').map(codingKey));
  const others = options.filter(({ type }) => type !== 'Coding');
  return (answer, walk) => {
    if (
      answer.type === 'Coding' ? codings.has(codingKey(answer)) : others.some((option) => equalValues(answer, option))
    )
      return;
    if (isOpen && answer.type === 'String') {
      if (!options.some((option) => isCalled(option, answer.value))) return;
      const text = `"${shown(String(answer.value))}" is the name of an option. Expected is its valueCoding.`;
      addIssue(walk, 'value', text, 'warning');
      return;
    }
    const found = isObject(answer.value) ? nameOf(answer.value) : String(answer.value);
    addIssue(walk, 'code-invalid', `"${shown(found)}" is none of the options. Expected is one of ${listed(options)}.`);
  };
}

function codingKey({ value }: TypedValue): string {
  return isObject(value) ? JSON.stringify([value.system, value.code]) : '';
}

function isCalled({ value }: TypedValue, text: unknown): boolean {
  return isObject(value) && (value.display === text || value.code === text);
}

function listed(options: readonly TypedValue[]): string {
  const names = options.slice(0, MAX_SHOWN).map(({ value }) => (isObject(value) ? nameOf(value) : String(value)));
  return options.length > MAX_SHOWN ? `${names.join(', ')}, …` : names.join(', ');
}

function nameOf({ system, code, display, reference }: JsonObject): string {
  if (typeof code === 'string') return typeof system === 'string' ? `${system}#${code}` : code;
  return String(reference ?? display ?? '');
}

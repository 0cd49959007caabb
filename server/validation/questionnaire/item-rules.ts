import type { JsonObject } from '../../kernel/json.ts';
import type { AnswerCheck } from './answer-check.ts';
import { answerTypes } from './answer-type.ts';
import { valueSetChecks } from './answer-value-set.ts';
import { attachmentChecks } from './attachment-limits.ts';
import { exclusiveOptions } from './exclusive-options.ts';
import { extensionNumber, ITEM_EXTENSIONS, type TypedValue } from './item-extensions.ts';
import { optionChecks } from './options.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';
import { referenceChecks } from './reference-limits.ts';
import { textChecks } from './text-limits.ts';
import { unitChecks } from './units.ts';
import { valueLimitChecks } from './value-limits.ts';

/** What an item asks of its answers. */
export interface ItemRules {
  /** Of the value[x]; undefined: any, because the type of the item is none of R4. */
  readonly types: readonly string[] | undefined;
  /** Beyond the type. */
  readonly checks: readonly AnswerCheck[];
  readonly minOccurs: number | undefined;
  readonly maxOccurs: number | undefined;
  /** Options that stand alone. */
  readonly exclusive: readonly TypedValue[];
}

const known = new WeakMap<QuestionnaireItem, ItemRules>();

/** Made once per item. */
export function itemRules(item: QuestionnaireItem, questionnaire: JsonObject): ItemRules {
  let rules = known.get(item);
  if (rules === undefined) {
    const { definition } = item;
    rules = {
      types: answerTypes(item),
      checks: createChecks(item, questionnaire),
      minOccurs: extensionNumber(definition, ITEM_EXTENSIONS.minOccurs),
      maxOccurs: extensionNumber(definition, ITEM_EXTENSIONS.maxOccurs),
      exclusive: exclusiveOptions(definition),
    };
    known.set(item, rules);
  }
  return rules;
}

function createChecks(item: QuestionnaireItem, questionnaire: JsonObject): readonly AnswerCheck[] {
  return [
    ...optionChecks(item),
    ...valueSetChecks(item, questionnaire),
    ...valueLimitChecks(item),
    ...textChecks(item),
    ...(item.type === 'attachment' ? attachmentChecks(item) : []),
    ...(item.type === 'reference' ? referenceChecks(item) : []),
    ...(item.type === 'quantity' ? unitChecks(item) : []),
  ];
}

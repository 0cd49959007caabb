import { isObject } from '../../kernel/json.ts';
import { readReference } from '../references/reference-text.ts';
import { resolveIn } from '../references/resolve.ts';
import { addIssueAt, shown } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { extensionValues, ITEM_EXTENSIONS } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** A reference leads to a resource of R4, of one of the types that the item takes. */
export function referenceChecks({ definition }: QuestionnaireItem): readonly AnswerCheck[] {
  const types = extensionValues(definition, ITEM_EXTENSIONS.referenceResource).map(({ value }) => String(value));
  return [
    ({ value }, walk) => {
      const reference = isObject(value) ? value.reference : undefined;
      if (typeof reference !== 'string') return;
      const type = readReference(reference)?.type ?? resolveIn(walk, reference)?.resourceType;
      if (typeof type !== 'string') return;
      if (!walk.env.definitions.isResourceType(type)) {
        const text = `"${shown(type)}" is no resource type of FHIR R4. Expected is a reference such as Patient/id.`;
        addIssueAt(walk, ['reference'], 'value', text);
      } else if (types.length > 0 && !types.includes(type)) {
        addIssueAt(walk, ['reference'], 'value', `A ${type} is no answer here. Expected is ${types.join(' or ')}.`);
      }
    },
  ];
}

import type { JsonObject } from '../../kernel/json.ts';
import type { Walk } from '../walk.ts';
import type { QuestionnaireItems } from './questionnaire-item.ts';

/** One QuestionnaireResponse being checked against its Questionnaire. */
export interface ResponseCheck {
  readonly questionnaire: JsonObject;
  readonly questions: QuestionnaireItems;
  /** Then what is required must be there; before, it may still come. */
  readonly isComplete: boolean;
  readonly walk: Walk;
  /** How many items that are not answered may still be looked at. */
  remaining: number;
}

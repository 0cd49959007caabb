import { checkBundle } from './bundle/check-bundle.ts';
import { checkQuestionnaire } from './questionnaire/check-questionnaire.ts';
import { checkQuestionnaireResponse } from './questionnaire/check-response.ts';
import { checkContained } from './references/contained-rules.ts';
import { checkCodeSystem } from './self-check/code-system.ts';
import { checkConceptMap } from './self-check/concept-map.ts';
import { checkStructureDefinition } from './self-check/structure-definition.ts';
import { checkValueSet } from './self-check/value-set.ts';
import type { ResourceRule } from './walk.ts';

/** Rules about whole resources, by resource type; `*` for all of them. */
export const resourceRules: ReadonlyMap<string, readonly ResourceRule[]> = new Map([
  ['*', [checkContained]],
  ['Bundle', [checkBundle]],
  ['CodeSystem', [checkCodeSystem]],
  ['ConceptMap', [checkConceptMap]],
  ['Questionnaire', [checkQuestionnaire]],
  ['QuestionnaireResponse', [checkQuestionnaireResponse]],
  ['StructureDefinition', [checkStructureDefinition]],
  ['ValueSet', [checkValueSet]],
]);

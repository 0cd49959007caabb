import { scopeParts, scopeText } from './scope-parts.ts';

/** A part of what a scope covers, that can be granted in its place. */
export interface SubScope {
  readonly scope: string;
  readonly label: string;
}

const CONDITION = 'http://terminology.hl7.org/CodeSystem/condition-category';
const OBSERVATION = 'http://terminology.hl7.org/CodeSystem/observation-category';
const US_CORE = 'http://hl7.org/fhir/us/core/CodeSystem';

/** Categories by which US Core wants access to be granted. https://hl7.org/fhir/us/core/scopes.html */
const CATEGORIES: Readonly<Record<string, readonly (readonly [category: string, label: string])[]>> = {
  Condition: [
    [`${CONDITION}|encounter-diagnosis`, 'Diagnoses of visits'],
    [`${CONDITION}|problem-list-item`, 'Problem list'],
    [`${US_CORE}/condition-category|health-concern`, 'Health concerns'],
  ],
  Observation: [
    [`${OBSERVATION}|laboratory`, 'Laboratory results'],
    [`${OBSERVATION}|social-history`, 'Social history'],
    [`${US_CORE}/us-core-category|sdoh`, 'Social needs'],
    [`${OBSERVATION}|survey`, 'Questionnaires and surveys'],
    [`${OBSERVATION}|vital-signs`, 'Vital signs'],
    [`${OBSERVATION}|clinical-test`, 'Clinical tests'],
  ],
};

/** What can be granted instead of a scope for a whole type; empty when it cannot be divided, or is divided already. */
export function subScopesOf(scope: string): readonly SubScope[] {
  const parts = scopeParts(scope);
  if (parts?.query !== undefined) return [];
  return (CATEGORIES[parts?.type ?? ''] ?? []).flatMap(([category, label]) =>
    parts === undefined ? [] : [{ scope: scopeText({ ...parts, query: `category=${category}` }), label }],
  );
}

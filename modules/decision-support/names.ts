const CANONICAL = 'https://athanor.health/fhir';

const codeSystem = (name: string): string => `${CANONICAL}/CodeSystem/${name}`;
export const structure = (name: string): string => `${CANONICAL}/StructureDefinition/${name}`;

/** Codes of active ingredients: lower-case United States adopted names. */
export const INGREDIENT = codeSystem('ingredient');
export const DRUG_CLASS = codeSystem('drug-class');
export const COMBINATION = codeSystem('drug-combination');
export const PRODUCT = codeSystem('product');
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
export const CONDITION_GROUP = codeSystem('condition-group');
export const ALLERGEN_GROUP = codeSystem('allergen-group');
export const NOT_CHECKED = codeSystem('not-checked');
export const FACT_KIND = codeSystem('drug-fact-kind');
export const OVERRIDE_REASON = codeSystem('override-reason');
export const DRUG_ROUTE = codeSystem('drug-route');
export const DOSE_CHARACTERISTIC = codeSystem('dose-characteristic');

/** System of a DetectedIssue's identifier whose value is the key of the issue. */
export const DRUG_ISSUE = `${CANONICAL}/drug-issue`;

export const INTERACTION_RULE = structure('drug-interaction-rule');
export const CONTRAINDICATION_RULE = structure('drug-contraindication-rule');
export const DOSE_RULE = structure('dose-rule');

export const SNOMED = 'http://snomed.info/sct';
export const ICD10 = 'http://hl7.org/fhir/sid/icd-10-cm';
export const LOINC = 'http://loinc.org';
export const UCUM = 'http://unitsofmeasure.org';

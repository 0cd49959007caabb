/** Names by which modules and their clients understand each other. */
export const PRODUCT = 'https://athanor.health/fhir/CodeSystem/product';
export const BASE_UNIT = 'https://athanor.health/fhir/StructureDefinition/base-unit';
export const STOCK_KIND = 'https://athanor.health/fhir/StructureDefinition/stock-kind';
export const OVERRIDE_REASONS = 'https://athanor.health/fhir/ValueSet/override-reason';
export const DRUG_ISSUE = 'https://athanor.health/fhir/drug-issue';
export const DRUG_FACT_SEVERITY = 'https://athanor.health/fhir/StructureDefinition/drug-fact-severity';
export const NOT_GIVEN_REASONS = 'https://athanor.health/fhir/ValueSet/dose-not-given-reason';
export const UCUM = 'http://unitsofmeasure.org';

/** Extensions of Structured Data Capture that this module acts on. https://hl7.org/fhir/uv/sdc/ */
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition';
export const TEMPLATE_EXTRACT = `${SDC}/sdc-questionnaire-templateExtract`;
export const EXTRACT_CONTEXT = `${SDC}/sdc-questionnaire-templateExtractContext`;
export const EXTRACT_VALUE = `${SDC}/sdc-questionnaire-templateExtractValue`;
export const INITIAL_EXPRESSION = `${SDC}/sdc-questionnaire-initialExpression`;

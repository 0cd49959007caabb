/** A text of the terminology ecosystem, with the id by which validators know it. */
export interface Message {
  readonly id: string;
  readonly text: string;
}

// The wording is part of the interface: https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/testcases.html
export const MESSAGES = {
  notInValueSet: (written: string, valueSet: string): Message => ({
    id: 'None_of_the_provided_codes_are_in_the_value_set_one',
    text: `The provided code '${written}' was not found in the value set '${valueSet}'`,
  }),
  noValidCoding: (valueSet: string): Message => ({
    id: 'TX_GENERAL_CC_ERROR_MESSAGE',
    text: `No valid coding was found for the value set '${valueSet}'`,
  }),
  unknownCode: (code: string, system: string, version: string | undefined): Message => ({
    id: version === undefined ? 'Unknown_Code_in' : 'Unknown_Code_in_Version',
    text: `Unknown code '${code}' in the CodeSystem '${system}'${ofVersion(version)}`,
  }),
  unknownInFragment: (code: string, system: string, version: string | undefined): Message => ({
    id: 'UNKNOWN_CODE_IN_FRAGMENT',
    text: `Unknown Code '${code}' in the CodeSystem '${system}'${ofVersion(version)} - note that the code system is labeled as a fragment, so the code may be valid in some other fragment`,
  }),
  otherCase: (code: string, correct: string, system: string): Message => ({
    id: 'CODE_CASE_DIFFERENCE',
    text: `The code '${code}' differs from the correct code '${correct}' by case. Although the code system '${system}' is case insensitive, implementers are strongly encouraged to use the correct case anyway`,
  }),
  abstractCode: (system: string, code: string): Message => ({
    id: 'ABSTRACT_CODE_NOT_ALLOWED',
    text: `Code '${system}#${code}' is abstract, and not allowed in this context`,
  }),
  inactiveRefused: (code: string): Message => ({
    id: 'STATUS_CODE_WARNING_CODE',
    text: `The concept '${code}' is valid but is not active`,
  }),
  inactive: (code: string, status: string | undefined): Message => ({
    id: 'INACTIVE_CONCEPT_FOUND',
    text: `The concept '${code}' has a status of ${status === undefined || status === 'inactive' ? 'inactive' : `${status} and inactive`} and its use should be reviewed`,
  }),
  deprecated: (code: string): Message => ({
    id: 'DEPRECATED_CONCEPT_FOUND',
    text: `The concept '${code}' is deprecated and its use should be reviewed`,
  }),
  deprecatedInValueSet: (code: string, system: string, valueSet: string, status: string): Message => ({
    id: 'CONCEPT_DEPRECATED_IN_VALUESET',
    text: `The presence of the concept '${code}' in the system '${system}' in the value set ${valueSet} is marked with a status of ${status} and its use should be reviewed`,
  }),
  noSystem: (): Message => ({
    id: 'Coding_has_no_system__cannot_validate',
    text: 'Coding has no system. A code with no system has no defined meaning, and it cannot be validated. A system should be provided',
  }),
  localSystem: (): Message => ({
    id: 'Terminology_TX_System_Relative',
    text: 'Coding.system must be an absolute reference, not a local reference',
  }),
  systemIsValueSet: (system: string): Message => ({
    id: 'Terminology_TX_System_ValueSet2',
    text: `The Coding references a value set, not a code system ('${system}')`,
  }),
  systemIsSupplement: (system: string): Message => ({
    id: 'CODESYSTEM_CS_NO_SUPPLEMENT',
    text: `CodeSystem ${system} is a supplement, so can't be used as a value in Coding.system`,
  }),
  severalSystems: (code: string, valueSet: string, systems: readonly string[]): Message => ({
    id: 'Unable_to_resolve_system__value_set_has_multiple_matches',
    text: `The System URI could not be determined for the code '${code}' in the ValueSet '${valueSet}': value set expansion has multiple matches: [${systems.join(', ')}]`,
  }),
  noneOfSystems: (code: string, valueSet: string, systems: readonly string[]): Message => ({
    id: 'UNABLE_TO_INFER_CODESYSTEM',
    text: `The System URI could not be determined for the code '${code}' in the ValueSet '${valueSet}': it is none of its codes of [${systems.join(', ')}]`,
  }),
  notCheckable: (valueSet: string, systems: readonly string[]): Message => ({
    id: 'UNABLE_TO_CHECK_IF_THE_PROVIDED_CODES_ARE_IN_THE_VALUE_SET_CS',
    text: `Unable to check whether the code is in the value set '${valueSet}' because the code system ${systems.join(', ')} was not found`,
  }),
  valueSetNotFound: (text: string): Message => ({ id: 'Unable_to_resolve_value_Set_', text }),
  unknownSystem: (version: string | undefined, held: readonly string[], text: string): Message => ({
    id:
      version === undefined
        ? 'UNKNOWN_CODESYSTEM'
        : held.length === 0
          ? 'UNKNOWN_CODESYSTEM_VERSION_NONE'
          : 'UNKNOWN_CODESYSTEM_VERSION',
    text,
  }),
  versionCheck: (text: string): Message => ({ id: 'VALUESET_VERSION_CHECK', text }),
  otherVersion: (system: string, version: string, given: string): Message => ({
    id: 'VALUESET_VALUE_MISMATCH',
    text: `The code system '${system}' version '${version}' in the ValueSet include is different to the one in the value ('${given}')`,
  }),
  otherThanNewest: (system: string, version: string, given: string): Message => ({
    id: 'VALUESET_VALUE_MISMATCH_DEFAULT',
    text: `The code system '${system}' version '${version}' for the versionless include in the ValueSet include is different to the one in the value ('${given}')`,
  }),
  otherThanResulting: (system: string, version: string, stated: string, given: string): Message => ({
    id: 'VALUESET_VALUE_MISMATCH_CHANGED',
    text: `The code system '${system}' version '${version}' resulting from the version '${stated}' in the ValueSet include is different to the one in the value ('${given}')`,
  }),
  wrongDisplay: (given: string, named: string, choices: string, languages: string): Message => ({
    id: 'Display_Name_for__should_be_one_of__instead_of',
    text: `Wrong Display Name '${given}' for ${named}. Valid display is ${choices} (for the language(s) '${languages}')`,
  }),
  wrongDisplayNoneInLanguage: (given: string, named: string, own: string, languages: string): Message => ({
    id: 'NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR',
    text: `Wrong Display Name '${given}' for ${named}. There are no valid display names found for language(s) '${languages}'. Default display is '${own}'`,
  }),
  displayOfDefaultLanguage: (given: string, named: string, languages: string): Message => ({
    id: 'NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK',
    text: `There are no valid display names found for the code ${named} for language(s) '${languages}'. The display is '${given}' which is a valid display for the default language`,
  }),
  inactiveDisplay: (given: string, code: string, status: string, correct: string): Message => ({
    id: 'INACTIVE_DISPLAY_FOUND',
    text: `'${given}' is no longer considered a correct display for code '${code}' (status = ${status}). The correct display is one of ${correct}.`,
  }),
  reference: (status: string, type: string, canonical: string): Message => ({
    id: `MSG_${status.toUpperCase()}`,
    text: `Reference to ${status} ${type} ${canonical}`,
  }),
};

function ofVersion(version: string | undefined): string {
  return version === undefined ? '' : ` version '${version}'`;
}

import type { Inputs } from './read-call.ts';

/** What every question to terminology may carry. https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/ */
export const SHARED_INPUTS = {
  displayLanguage: 'code',
  /** CodeSystems, ValueSets and supplements that count for this question alone. */
  'tx-resource': 'body',
  useSupplement: 'canonical',
  diagnostics: 'boolean',
  /** Marks the question in the client's own log. */
  uuid: 'body',
} as const satisfies Inputs;

/** Which versions are meant where a value set does not say so. */
export const VERSION_INPUTS = {
  'system-version': 'canonical',
  'check-system-version': 'canonical',
  'force-system-version': 'canonical',
  'default-valueset-version': 'canonical',
  'check-valueset-version': 'canonical',
  'force-valueset-version': 'canonical',
} as const satisfies Inputs;

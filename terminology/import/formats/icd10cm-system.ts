import type { ReleaseIdentity } from '../release-format.ts';
import { systemHeader } from './system-header.ts';

const ICD10CM = 'http://hl7.org/fhir/sid/icd-10-cm';

export function icd10cmIdentity(version: string): ReleaseIdentity {
  const header = systemHeader({
    url: ICD10CM,
    version,
    name: 'ICD10CM',
    title: 'International Classification of Diseases, 10th Revision, Clinical Modification',
    publisher: 'National Center for Health Statistics',
    isCaseSensitive: false,
    valueSet: `${ICD10CM}/vs`,
    isHierarchy: true,
  });
  return { url: ICD10CM, version, isCaseSensitive: false, hasRefsets: false, header };
}

/** `S00.01XA` of `S0001XA`. */
export function dotted(code: string): string {
  return code.length > 3 && !code.includes('.') ? `${code.slice(0, 3)}.${code.slice(3)}` : code;
}

export const ICD10CM_CODE = /^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/;

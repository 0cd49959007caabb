import type { ReleaseFormat } from '../release-format.ts';
import { csv } from './csv.ts';
import { cvx } from './cvx.ts';
import { fhir } from './fhir.ts';
import { hcpcs } from './hcpcs.ts';
import { icd10cmOrder } from './icd10cm-order.ts';
import { icd10cmXml } from './icd10cm-xml.ts';
import { loinc } from './loinc/loinc.ts';
import { ndc } from './ndc.ts';
import { nucc } from './nucc.ts';
import { rf2 } from './rf2/rf2.ts';
import { rxnorm } from './rxnorm.ts';

/** All formats of releases that can be loaded. */
export const RELEASE_FORMATS: readonly ReleaseFormat[] = [
  rf2,
  loinc,
  rxnorm,
  icd10cmXml,
  icd10cmOrder,
  cvx,
  ndc,
  hcpcs,
  nucc,
  csv,
  fhir,
];

import type { JsonObject } from '../../../server/kernel/json.ts';
import { codingsOf, stringOf } from './fhir-elements.ts';

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_33.html */
export const MODALITIES = 'http://dicom.nema.org/resources/ontology/DCM';

const SECTIONS_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0074';
/** Sections that have one modality. `RAD` and `IMG` may mean any. */
const SECTIONS: Readonly<Record<string, string | undefined>> = {
  CT: 'CT',
  CTH: 'CT',
  MRI: 'MR',
  NMR: 'MR',
  NMS: 'NM',
  CUS: 'US',
  OUS: 'US',
  RUS: 'US',
  VUS: 'US',
  XRC: 'XA',
};

/** The modality that an order names; undefined: any may do it. */
export function modalityOf({ category, orderDetail, code }: JsonObject): string | undefined {
  const codings = [...codingsOf(orderDetail), ...codingsOf(category), ...codingsOf(code === undefined ? [] : [code])];
  const named = codings.find(
    ({ system, code: value }) => system === MODALITIES && /^[A-Z]{2,5}$/.test(stringOf(value)),
  );
  if (named !== undefined) return stringOf(named.code);
  const section = codings.find(
    ({ system, code: value }) => system === SECTIONS_SYSTEM && SECTIONS[stringOf(value)] !== undefined,
  );
  return section === undefined ? undefined : SECTIONS[stringOf(section.code)];
}

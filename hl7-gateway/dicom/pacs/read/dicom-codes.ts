import type { JsonObject } from '../../../../server/kernel/json.ts';
import { CANONICAL, LOINC, SNOMED } from '../../../map/canonical.ts';
import { itemsOf, valueOf, type DicomDataset, type Keyword } from './dicom-json.ts';

export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

/** Coding scheme designators: https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_8.html */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['SCT', SNOMED],
  ['LN', LOINC],
  ['DCM', DCM],
  ['UCUM', 'http://unitsofmeasure.org'],
  ['RADLEX', 'http://www.radlex.org'],
  ['C4', 'http://www.ama-assn.org/go/cpt'],
  ['CPT4', 'http://www.ama-assn.org/go/cpt'],
  ['I10', 'http://hl7.org/fhir/sid/icd-10'],
  ['I10P', 'http://www.cms.gov/Medicare/Coding/ICD10'],
  ['FMA', 'http://purl.org/sig/ont/fma'],
  // Codes of SNOMED's third edition (`T-D3000`) are none of SNOMED CT.
  ['SRT', 'http://snomed.info/srt'],
  ['SNM3', 'http://snomed.info/srt'],
]);

/**
 * A code of a coded entry; a scheme that is private gets a URI of its own, as it stands for nothing elsewhere.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_8.html
 */
export function codingOf(item: DicomDataset): JsonObject | undefined {
  const code = valueOf(item, 'CodeValue') || valueOf(item, 'LongCodeValue') || valueOf(item, 'URNCodeValue');
  const [scheme, display] = [valueOf(item, 'CodingSchemeDesignator'), valueOf(item, 'CodeMeaning')];
  if (code === '' || /\s{2}|^\s|\s$/.test(code)) return undefined;
  const isSnomedCt = ['SRT', 'SNM3'].includes(scheme) && /^\d{6,18}$/.test(code);
  const system = isSnomedCt ? SNOMED : systemOf(scheme);
  return { ...(system === undefined ? {} : { system }), code, ...(display === '' ? {} : { display }) };
}

function systemOf(scheme: string): string | undefined {
  if (scheme === '') return undefined;
  return SCHEMES.get(scheme.toUpperCase()) ?? `${CANONICAL}/dicom/coding-scheme/${encodeURIComponent(scheme)}`;
}

/** Each item of a sequence as a CodeableConcept. */
export function conceptsOf(dataset: DicomDataset, keyword: Keyword): readonly JsonObject[] {
  return itemsOf(dataset, keyword).flatMap((item): readonly JsonObject[] => {
    const coding = codingOf(item);
    const text = valueOf(item, 'CodeMeaning');
    if (coding !== undefined) return [{ coding: [coding], ...(text === '' ? {} : { text }) }];
    return text === '' ? [] : [{ text }];
  });
}

/** What a coded entry is called, else its code. */
export function meaningOf(dataset: DicomDataset, keyword: Keyword): string {
  const [item = {}] = itemsOf(dataset, keyword);
  return valueOf(item, 'CodeMeaning') || valueOf(item, 'CodeValue');
}

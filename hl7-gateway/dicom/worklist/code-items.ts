import type { JsonValue } from '../../../server/kernel/json.ts';
import type { DataSet } from '../dimse/data-set.ts';
import { codingsOf, conceptText, stringOf } from './fhir-elements.ts';
import { shortText } from './value-text.ts';

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part16/chapter_8.html */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http://snomed.info/sct', 'SCT'],
  ['http://loinc.org', 'LN'],
  ['http://dicom.nema.org/resources/ontology/DCM', 'DCM'],
  ['http://www.ama-assn.org/go/cpt', 'C4'],
  ['http://hl7.org/fhir/sid/icd-10', 'I10'],
  ['http://www.radlex.org', 'RADLEX'],
  ['http://unitsofmeasure.org', 'UCUM'],
]);
/** Of systems that DICOM does not name. */
const LOCAL = '99LOCAL';

/** Items of a code sequence, one for each coding. SH holds 16 characters; longer codes are long ones. */
export function codeItems(concepts: readonly (JsonValue | undefined)[]): readonly DataSet[] {
  return concepts.flatMap((concept) =>
    codingsOf(concept === undefined ? [] : [concept]).flatMap((coding) => {
      const code = shortText(stringOf(coding.code), 1024);
      if (code === '') return [];
      return [
        {
          ...(code.length <= 16 ? { CodeValue: code } : { LongCodeValue: code }),
          CodingSchemeDesignator: SCHEMES.get(stringOf(coding.system)) ?? LOCAL,
          CodeMeaning: shortText(stringOf(coding.display) || conceptText(concept), 64) || code.slice(0, 64),
        },
      ];
    }),
  );
}

/** The system of a coding scheme; undefined for schemes of somebody's own. */
export function systemOf(designator: string): string | undefined {
  const other = designator === 'SRT' || designator === 'SNM3' ? undefined : designator;
  return [...SCHEMES].find(([, scheme]) => scheme === other)?.[0];
}

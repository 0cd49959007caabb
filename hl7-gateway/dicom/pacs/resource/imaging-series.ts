import type { JsonObject } from '../../../../server/kernel/json.ts';
import { coreExtension, PARTICIPATION_TYPES, SNOMED } from '../../../map/canonical.ts';
import { codingOf, DCM } from '../read/dicom-codes.ts';
import { countOf, itemsOf, personNames, valueOf, type DicomDataset, type Keyword } from '../read/dicom-json.ts';
import { fhirDateTime } from '../read/dicom-time.ts';
import type { PacsSeries } from '../read/pacs-study.ts';
import { readableName } from '../read/person-name.ts';

/** (0020,0060): https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.3.html */
const SIDES: ReadonlyMap<string, JsonObject> = new Map([
  ['L', { system: SNOMED, code: '7771000', display: 'Left' }],
  ['R', { system: SNOMED, code: '24028007', display: 'Right' }],
]);

/** Who takes part in a series; operators carry out what the performing physician answers for. */
const PERFORMERS = [
  ['PerformingPhysicianName', 'PPRF', 'primary performer'],
  ['OperatorsName', 'SPRF', 'secondary performer'],
] as const;

/** A series as ImagingStudy.series: what DICOM does not say of it is not there. @param zone IANA */
export function imagingSeries({ listed, sample }: PacsSeries, zone: string): JsonObject {
  const text = (keyword: Keyword): string => valueOf(sample, keyword) || valueOf(listed, keyword);
  const number = countOf(sample, 'SeriesNumber') ?? countOf(listed, 'SeriesNumber');
  const description = text('SeriesDescription');
  const instances = countOf(listed, 'NumberOfSeriesRelatedInstances');
  const bodySite = bodySiteOf(sample);
  const laterality = SIDES.get(text('Laterality'));
  const offset = text('TimezoneOffsetFromUTC');
  const started = fhirDateTime(text('SeriesDate'), text('SeriesTime'), offset, zone);
  const performer = PERFORMERS.flatMap(([keyword, code, display]) =>
    personNames(sample, keyword).map((name) => ({
      function: { coding: [{ system: PARTICIPATION_TYPES, code, display }] },
      actor: { display: readableName(name) },
    })),
  );
  return {
    uid: text('SeriesInstanceUID'),
    ...(number === undefined ? {} : { number }),
    modality: modalityOf(text('Modality')),
    ...(description === '' ? {} : { description }),
    ...(instances === undefined ? {} : { numberOfInstances: instances }),
    ...(bodySite === undefined ? {} : { bodySite }),
    ...(laterality === undefined ? {} : { laterality }),
    ...(started === undefined ? {} : { started }),
    ...(performer.length === 0 ? {} : { performer }),
  };
}

/** FHIR wants one of every series; of those that name none it says so: https://hl7.org/fhir/R4/extension-data-absent-reason.html */
function modalityOf(code: string): JsonObject {
  return modalityCoding(code) ?? { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] };
}

/** Undefined where it is no term: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html (CS) */
export function modalityCoding(code: string): JsonObject | undefined {
  return /^[A-Z0-9_]+(?: [A-Z0-9_]+)*$/.test(code) && code.length <= 16 ? { system: DCM, code } : undefined;
}

/** The coded region, else the term of (0018,0015), which no code system of FHIR has: it stands as what it is called. */
function bodySiteOf(sample: DicomDataset): JsonObject | undefined {
  const [region] = itemsOf(sample, 'AnatomicRegionSequence');
  const coded = region && codingOf(region);
  if (coded !== undefined) return coded;
  const term = valueOf(sample, 'BodyPartExamined');
  return term === '' ? undefined : { display: term };
}

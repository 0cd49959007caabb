import type { JsonObject } from '../../../../server/kernel/json.ts';
import { conceptsOf } from '../read/dicom-codes.ts';
import { itemsOf, personNames, valueOf, type DicomDataset } from '../read/dicom-json.ts';
import { fhirDateTime, fhirDateTimeOfDt } from '../read/dicom-time.ts';
import { STUDY_UID } from './imaging-study.ts';
import { readableName } from '../read/person-name.ts';
import { reportText } from './structured-report.ts';

/** Documents that people read: Basic Text, Enhanced, Comprehensive, Comprehensive 3D. Others (doses, logs, key images) are no reports. https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_B.5.html */
const REPORT_CLASSES: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.88.11',
  '1.2.840.10008.5.1.4.1.1.88.22',
  '1.2.840.10008.5.1.4.1.1.88.33',
  '1.2.840.10008.5.1.4.1.1.88.34',
]);

export function isReportDocument(document: DicomDataset): boolean {
  return REPORT_CLASSES.has(valueOf(document, 'SOPClassUID')) && itemsOf(document, 'ContentSequence').length > 0;
}

/** What of a report its document does not say. */
export interface ReportContext {
  /** `Patient/id` */
  readonly subject: string;
  /** Names of ServiceRequests. */
  readonly orders: readonly string[];
  /** `ImagingStudy/id` */
  readonly imagingStudy: string;
  /** When the images were made. */
  readonly started: string | undefined;
  /** IANA zone of times that name none. */
  readonly zone: string;
}

/** A structured report as a DiagnosticReport: what it comes to as the conclusion, all that it says as a text that is shown. */
export function reportOf(document: DicomDataset, context: ReportContext): JsonObject {
  const { subject, orders, imagingStudy, started, zone } = context;
  const { text, conclusion } = reportText(document);
  const [title] = conceptsOf(document, 'ConceptNameCodeSequence');
  const issued = issuedOf(document, zone);
  const interpreters = observersOf(document).flatMap((observer) => personNames(observer, 'VerifyingObserverName'));
  return {
    resourceType: 'DiagnosticReport',
    identifier: [{ system: STUDY_UID, value: `urn:oid:${valueOf(document, 'SOPInstanceUID')}` }],
    ...(orders.length === 0 ? {} : { basedOn: orders.map((reference) => ({ reference })) }),
    status: statusOf(document),
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'IMG' }] }],
    code: title ?? { text: 'Structured report' },
    subject: { reference: subject },
    ...(started === undefined ? {} : { effectiveDateTime: started }),
    ...(issued === undefined ? {} : { issued }),
    ...(interpreters.length === 0
      ? {}
      : { resultsInterpreter: interpreters.map((name) => ({ display: readableName(name) })) }),
    imagingStudy: [{ reference: imagingStudy }],
    ...(conclusion === '' ? {} : { conclusion }),
    presentedForm: [{ contentType: 'text/plain;charset=utf-8', data: Buffer.from(text, 'utf8').toString('base64') }],
  };
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.17.2.html */
function statusOf(document: DicomDataset): string {
  if (valueOf(document, 'CompletionFlag') !== 'COMPLETE') return 'partial';
  return valueOf(document, 'VerificationFlag') === 'VERIFIED' ? 'final' : 'preliminary';
}

function observersOf(document: DicomDataset): readonly DicomDataset[] {
  return itemsOf(document, 'VerifyingObserverSequence');
}

/** When it was verified last, else written; an instant of FHIR needs a time of day. */
function issuedOf(document: DicomDataset, zone: string): string | undefined {
  const offset = valueOf(document, 'TimezoneOffsetFromUTC');
  const verified = observersOf(document)
    .map((observer) => fhirDateTimeOfDt(valueOf(observer, 'VerificationDateTime'), offset, zone))
    .filter((each) => each?.includes('T') === true)
    .sort((a, b) => Date.parse(a ?? '') - Date.parse(b ?? ''));
  const written = fhirDateTime(valueOf(document, 'ContentDate'), valueOf(document, 'ContentTime'), offset, zone);
  return verified.at(-1) ?? (written?.includes('T') === true ? written : undefined);
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { diagnosticServiceSectionID } from '../codes/order-codes.ts';
import { confidentialityCode } from '../codes/visit-codes.ts';
import { coding, concept } from '../datatypes/concept.ts';
import { instant } from '../datatypes/date-time.ts';
import { identifierOfEi, ownSystem } from '../datatypes/identifier.ts';
import { append, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { namedPerformer } from './performers.ts';

/** DiagnosticReport.note of FHIR R5, as https://hl7.org/fhir/R4/versions.html#extensions has it. */
const NOTE = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note';

/** Who had which part in a report. */
const PERFORMERS = [
  [33, 'ATND'],
  [34, 'SPRF'],
  [35, 'TRANS'],
] as const;

/**
 * What OBR says of a report.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-obr-to-diagnosticreport.html
 */
export function putReport(report: Elements, obr: SegmentReader, draft: MappingDraft): void {
  const { resource } = report;
  put(report, 'code', obr, 4, (value) => concept(value, draft));
  resource.code ??= { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] };
  put(report, 'issued', obr, 22, (value) => instant(value, draft));
  putAll(report, 'category', obr, 24, (value) => concept(value, draft, { map: diagnosticServiceSectionID }));
  putAll(report, 'resultsInterpreter', obr, 32, (value) => namedPerformer(value, draft));
  for (const [field, role] of PERFORMERS)
    putAll(report, 'performer', obr, field, (value) => namedPerformer(value, draft, role));
}

/** What ORC says of a report. */
export function putReportOrder(report: Elements, orc: SegmentReader, draft: MappingDraft): void {
  const { resource } = report;
  for (const [part, type, kind] of GROUPS) {
    const value = orc.value(4)?.part(part);
    const identifier = value && identifierOfEi(value, draft, { type, system: ownSystem(draft, kind) });
    if (draft.message.version === '2.8.2' && identifier !== undefined) append(resource, 'identifier', identifier);
  }
  putFieldExtension(report, coreExtension('event-statusReason'), 'valueCodeableConcept', orc, 16, (value) =>
    concept(value, draft),
  );
  const confidentiality = orc.value(28);
  const security = confidentiality && coding(confidentiality, draft, { map: confidentialityCode });
  if (security !== undefined) resource.meta = { security: [security] };
}

const GROUPS = [
  [1, 'PGN', 'placer-group'],
  [2, 'FGN', 'filler-group'],
] as const;

export function putReportNotes({ resource }: Elements, notes: readonly JsonObject[]): void {
  for (const valueAnnotation of notes) append(resource, 'extension', { url: NOTE, valueAnnotation });
}

const LABORATORY = new Set('BG BLB CG CH CP GE HM IMM LAB MB MCB MYC OSL SP SR TX VR'.split(' '));
const IMAGING = new Set('CT CTH CUS IMG MRI NMR NMS OUS RAD RUS RX VUS XRC'.split(' '));

/** OBR-24 as a category that people search observations by. https://hl7.org/fhir/R4/valueset-observation-category.html */
export function observationCategory(obr: SegmentReader): JsonObject | undefined {
  const section = obr.value(24)?.peek() ?? '';
  const code = LABORATORY.has(section) ? 'laboratory' : IMAGING.has(section) ? 'imaging' : undefined;
  return code === undefined
    ? undefined
    : { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] };
}

/** Whether an OBR is of imaging: then OBR-18 to OBR-20 are accession, procedure and step (https://profiles.ihe.net/RAD/TF). */
export function isImagingSection(obr: SegmentReader): boolean {
  return IMAGING.has(obr.value(24)?.peek() ?? '');
}

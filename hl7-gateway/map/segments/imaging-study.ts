import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import type { PatientScope } from './patient-scope.ts';
import { SUBJECT, whomElements } from './whom.ts';

const STUDY_UID = 'urn:dicom:uid';
const MODALITIES = 'http://dicom.nema.org/resources/ontology/DCM';
/**
 * Modalities of DICOM (CID 29, https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html), and the sections of
 * table 0074 that mean one.
 */
const MODALITY_CODES = new Set(
  'AR AU BDUS BI BMD CR CT DG DX ECG EPS ES GM HC HD IO IVOCT IVUS KER LEN LS MG MR NM OAM OCT OP OPM OPT OPV PT PX RF RG SM SMR SR TG US VA XA XC'.split(
    ' ',
  ),
);
const SECTIONS: ReadonlyMap<string, string> = new Map([
  ['NMR', 'MR'],
  ['NMS', 'NM'],
  ['CUS', 'US'],
  ['OUS', 'US'],
  ['RUS', 'US'],
  ['VUS', 'US'],
]);
const UID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;

/** What an imaging order says for the PACS: numbers of the order, and the study that it leads to. */
export interface ImagingDetails {
  /** Accession, requested procedure, scheduled step. */
  readonly identifiers: readonly JsonObject[];
  readonly accession?: JsonObject | undefined;
  readonly studyUid?: string | undefined;
  readonly modality?: string | undefined;
  /** Protocols and stations, as codes of what is ordered. */
  readonly orderDetail: readonly JsonObject[];
}

/**
 * IPC of version 2.5 and later, or OBR-18 to OBR-20 and ZDS-1 as IHE Radiology had it before.
 * @param obr undefined where its fields mean something else: a laboratory's
 */
export function imagingDetails(
  draft: MappingDraft,
  ipc: SegmentReader | undefined,
  zds: SegmentReader | undefined,
  obr: SegmentReader | undefined,
): ImagingDetails {
  const accession = numberOf(draft, [ipc?.value(1), obr?.value(18)], 'accession', 'ACSN');
  const procedure = numberOf(draft, [ipc?.value(2), obr?.value(19)], 'requested-procedure');
  const step = numberOf(draft, [ipc?.value(4), obr?.value(20)], 'scheduled-step');
  const protocols = ipc?.values(6).map((value) => concept(value, draft)) ?? [];
  const modality = modalityOf(ipc?.value(5)) ?? modalityOf(obr?.value(24));
  return {
    identifiers: [accession, procedure, step].filter((identifier) => identifier !== undefined),
    accession,
    studyUid: uidOf(ipc?.value(3)) ?? uidOf(zds?.value(1)),
    modality,
    orderDetail: protocols.filter((protocol) => protocol !== undefined),
  };
}

function modalityOf(value: Value | undefined): string | undefined {
  const sent = value?.peek(1) ?? '';
  const code = SECTIONS.get(sent) ?? sent;
  if (!MODALITY_CODES.has(code)) return undefined;
  value?.text(1);
  return code;
}

function numberOf(
  draft: MappingDraft,
  values: readonly (Value | undefined)[],
  kind: string,
  type?: string,
): JsonObject | undefined {
  for (const value of values) {
    const identifier =
      value &&
      identifierOfEi(value, draft, { system: ownSystem(draft, kind), ...(type === undefined ? {} : { type }) });
    if (identifier !== undefined) return type === undefined ? { type: { text: kind }, ...identifier } : identifier;
  }
  return undefined;
}

/** A DICOM unique identifier; in ZDS-1 and OBX-5 with application and type behind it, which say nothing more. */
export function uidOf(value: Value | undefined): string | undefined {
  const uid = value?.peek(1);
  if (value === undefined || uid === undefined || uid.length > 64 || !UID.test(uid)) return undefined;
  for (const part of [1, 2, 3, 4]) value.text(part);
  return uid;
}

/** A Study Instance UID as orders and studies have it. https://hl7.org/fhir/R4/imagingstudy.html#notes */
export function studyIdentifier(studyUid: string): JsonObject {
  return { system: STUDY_UID, value: `urn:oid:${studyUid}` };
}

function modalityCoding(code: string): JsonObject {
  return { system: MODALITIES, code };
}

export interface StudySource {
  readonly whom: PatientScope;
  readonly details: ImagingDetails;
  readonly studyUid: string;
  /** ServiceRequest. */
  readonly basedOn?: JsonObject | undefined;
  /** `registered` for a study that is ordered; `unknown` for one of which a report speaks. */
  readonly status: 'registered' | 'unknown';
}

/** The study that an order leads to, or that a report is about: the PACS says more of it, and nothing here changes that. */
export function imagingStudyEntry(
  draft: MappingDraft,
  place: string,
  { whom, details, studyUid, basedOn, status }: StudySource,
): JsonObject {
  const identifier = studyIdentifier(studyUid);
  const { accession, modality } = details;
  const match = matchOf(identifier);
  const reference = draft.add(place, {
    resource: {
      resourceType: 'ImagingStudy',
      ...whomElements(whom, SUBJECT),
      identifier: [identifier, ...(accession === undefined ? [] : [accession])],
      status,
      ...(modality === undefined ? {} : { modality: [modalityCoding(modality)] }),
      ...(basedOn === undefined ? {} : { basedOn: [basedOn] }),
    },
    match: match === undefined ? [] : [match],
    mode: 'create',
    adds: ['identifier', 'basedOn'],
  });
  return { reference };
}

import type { JsonObject } from '../../../../server/kernel/json.ts';
import { IDENTIFIER_TYPES } from '../../../map/canonical.ts';
import { objectsOf, textOf } from '../../../map/json.ts';
import { conceptsOf } from '../read/dicom-codes.ts';
import { countOf, valueOf, valuesOf, type DicomDataset } from '../read/dicom-json.ts';
import { fhirDateTime } from '../read/dicom-time.ts';
import { imagingSeries, modalityCoding } from './imaging-series.ts';
import { datasetsOf, studyItems, studyName, studyValue, type PacsStudy } from '../read/pacs-study.ts';
import { readableName } from '../read/person-name.ts';

export const STUDY_UID = 'urn:dicom:uid';

/** What of an ImagingStudy the PACS does not say. */
export interface StudyContext {
  /** `Patient/id` */
  readonly subject: string;
  /** ServiceRequests that it fulfils. */
  readonly orders: readonly JsonObject[];
  /** `Endpoint/id` of what serves its images. */
  readonly endpoints: readonly string[];
  /** IANA zone of times that name none. */
  readonly zone: string;
}

/** What the PACS says; another value of one of these stands for nothing any more. Others are left as they are. */
const OWNED = [
  'started',
  'modality',
  'referrer',
  'numberOfSeries',
  'numberOfInstances',
  'procedureCode',
  'description',
  'series',
] as const;

/**
 * A study as an ImagingStudy: series without their instances, which the PACS lists.
 * https://hl7.org/fhir/R4/imagingstudy-mappings.html#dicom
 * @param before as it is stored
 */
export function imagingStudyOf(study: PacsStudy, context: StudyContext, before: JsonObject | undefined): JsonObject {
  const { subject, orders, endpoints, zone } = context;
  const kept = { ...before };
  for (const name of OWNED) Reflect.deleteProperty(kept, name);
  const series = study.series.map((each) => imagingSeries(each, zone)).sort(bySeriesNumber);
  const started = fhirDateTime(
    studyValue(study, 'StudyDate'),
    studyValue(study, 'StudyTime'),
    studyValue(study, 'TimezoneOffsetFromUTC'),
    zone,
  );
  const referrer = readableName(studyName(study, 'ReferringPhysicianName'));
  const description = studyValue(study, 'StudyDescription');
  const modality = modalitiesOf(study);
  const procedureCode = procedureCodes(study);
  const instances = sumOf(study.listed, 'NumberOfStudyRelatedInstances');
  const basedOn = references(before?.basedOn, orders.map(nameOf));
  const endpoint = references(before?.endpoint, endpoints);
  return {
    ...kept,
    resourceType: 'ImagingStudy',
    identifier: identifiersOf(study, orders, before),
    status: 'available',
    ...(modality.length === 0 ? {} : { modality: [...modality] }),
    subject: { reference: subject },
    ...(started === undefined ? {} : { started }),
    ...(basedOn.length === 0 ? {} : { basedOn }),
    ...(referrer === '' ? {} : { referrer: { display: referrer } }),
    ...(endpoint.length === 0 ? {} : { endpoint }),
    numberOfSeries: series.length,
    ...(instances === undefined ? {} : { numberOfInstances: instances }),
    ...(procedureCode.length === 0 ? {} : { procedureCode: [...procedureCode] }),
    ...(description === '' ? {} : { description }),
    series,
  };
}

function bySeriesNumber(a: JsonObject, b: JsonObject): number {
  const [one, other] = [a, b].map(({ number }) => (typeof number === 'number' ? number : Infinity));
  if (one !== undefined && other !== undefined && one !== other) return one - other;
  return textOf(a.uid) < textOf(b.uid) ? -1 : 1;
}

function modalitiesOf(study: PacsStudy): readonly JsonObject[] {
  const series = study.series.map(({ listed, sample }) => valueOf(sample, 'Modality') || valueOf(listed, 'Modality'));
  const listed = study.listed.flatMap((each) => valuesOf(each, 'ModalitiesInStudy'));
  return [...new Set([...series, ...listed])]
    .sort()
    .map(modalityCoding)
    .filter((coding) => coding !== undefined);
}

/** Undefined where one of the lists does not say it. */
function sumOf(listed: readonly DicomDataset[], keyword: 'NumberOfStudyRelatedInstances'): number | undefined {
  const counts = listed.map((each) => countOf(each, keyword));
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

function procedureCodes(study: PacsStudy): readonly JsonObject[] {
  const found = datasetsOf(study).flatMap((each) => conceptsOf(each, 'ProcedureCodeSequence'));
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

/** Those that are there stay: other systems know the study by them. */
function identifiersOf(study: PacsStudy, orders: readonly JsonObject[], before: JsonObject | undefined): JsonObject[] {
  const uid = { system: STUDY_UID, value: `urn:oid:${study.uid}` };
  const accession = accessionOf(study, orders);
  const known = objectsOf(before?.identifier);
  const isKnown = (one: JsonObject): boolean =>
    known.some(({ system, value }) => value === one.value && (system === one.system || one.system === undefined));
  return [...known, ...[uid, ...(accession === undefined ? [] : [accession])].filter((each) => !isKnown(each))];
}

/** As the order has it, with who gave it; else with the issuer that DICOM names, or without one. */
function accessionOf(study: PacsStudy, orders: readonly JsonObject[]): JsonObject | undefined {
  const value = studyValue(study, 'AccessionNumber');
  if (value === '') return undefined;
  const given = orders.flatMap((order) => accessionsOf(order)).find((each) => each.value === value);
  if (given !== undefined) return given;
  const [issuer] = studyItems(study, 'IssuerOfAccessionNumberSequence');
  const system = issuer && universalSystem(issuer);
  return {
    type: { coding: [{ system: IDENTIFIER_TYPES, code: 'ACSN' }] },
    ...(system === undefined ? {} : { system }),
    value,
  };
}

/** Identifiers that are accession numbers. */
export function accessionsOf({ identifier }: JsonObject): readonly JsonObject[] {
  return objectsOf(identifier).filter(({ type }) =>
    objectsOf((type as JsonObject | undefined)?.coding).some(
      ({ system, code }) => system === IDENTIFIER_TYPES && code === 'ACSN',
    ),
  );
}

/** A universal entity id (HD) as a URI. https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_10.14.html */
export function universalSystem(issuer: DicomDataset): string | undefined {
  const [id, type] = [valueOf(issuer, 'UniversalEntityID'), valueOf(issuer, 'UniversalEntityIDType')];
  if (type === 'ISO' && /^[0-2](\.(0|[1-9]\d*))+$/.test(id)) return `urn:oid:${id}`;
  if (type === 'UUID' && /^[0-9a-f-]{36}$/i.test(id)) return `urn:uuid:${id.toLowerCase()}`;
  return type === 'URI' && /^[a-z][a-z0-9+.-]*:\S+$/i.test(id) ? id : undefined;
}

function references(before: JsonObject[string], added: readonly string[]): JsonObject[] {
  const known = objectsOf(before);
  const names = new Set(known.map(({ reference }) => reference));
  return [...known, ...added.filter((name) => !names.has(name)).map((reference) => ({ reference }))];
}

function nameOf({ resourceType, id }: JsonObject): string {
  return `${textOf(resourceType)}/${textOf(id)}`;
}

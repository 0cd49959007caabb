import { createHash } from 'node:crypto';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import { itemsOf, personNames, valueOf, type DicomDataset, type Keyword } from './dicom-json.ts';

/** A series as a list of the PACS has it, and the attributes of one of its instances. */
export interface PacsSeries {
  readonly listed: DicomDataset;
  readonly sample: DicomDataset;
}

/** A study as the PACS has it. */
export interface PacsStudy {
  readonly uid: string;
  /** One; several where the PACS holds instances of one study for several patients. */
  readonly listed: readonly DicomDataset[];
  readonly series: readonly PacsSeries[];
}

const UID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
/** Series of one study that are read; real ones have some tens. */
const MOST_SERIES = 2000;
/** Series that are asked for at the same time. */
const ABREAST = 4;

export function isUid(text: string): boolean {
  return text.length <= 64 && UID.test(text);
}

/** The PACS lists what it does not have: it is being written, moved or deleted at this moment. */
export class StudyInMotion extends Error {
  override readonly name = 'StudyInMotion';
}

/**
 * @returns undefined where the PACS has no instance of it
 * @throws Unreachable, PacsRefused, StudyInMotion
 */
export async function readPacsStudy(web: DicomWebClient, uid: string): Promise<PacsStudy | undefined> {
  const listed = await web.study(uid);
  if (listed.length === 0) return undefined;
  const answers = (await web.series(uid)).filter((each) => isUid(valueOf(each, 'SeriesInstanceUID')));
  const unique = [...new Map(answers.map((each) => [valueOf(each, 'SeriesInstanceUID'), each])).values()];
  const series: PacsSeries[] = [];
  for (let at = 0; at < Math.min(unique.length, MOST_SERIES); at += ABREAST) {
    const read = unique.slice(at, at + ABREAST).map((each) => readSeries(web, uid, each));
    series.push(...(await Promise.all(read)));
  }
  if (series.length === 0) throw new StudyInMotion('a study that is listed has no series');
  return { uid, listed, series };
}

async function readSeries(web: DicomWebClient, study: string, listed: DicomDataset): Promise<PacsSeries> {
  const uid = valueOf(listed, 'SeriesInstanceUID');
  const [instance] = await web.instances(study, uid, 1);
  const sop = instance === undefined ? '' : valueOf(instance, 'SOPInstanceUID');
  const sample = isUid(sop) ? await web.metadata(study, uid, sop) : undefined;
  if (sample === undefined) throw new StudyInMotion('a series that is listed could not be read');
  return { listed, sample };
}

/** The study's data sets, the most exact first: a list may know less, or say what it knew of the patient before. */
export function datasetsOf({ listed, series }: PacsStudy): readonly DicomDataset[] {
  return [...series.map(({ sample }) => sample), ...listed];
}

/** The first value that one of its data sets has; empty where none has one. */
export function studyValue(study: PacsStudy, keyword: Keyword): string {
  return (
    datasetsOf(study)
      .map((each) => valueOf(each, keyword))
      .find((text) => text !== '') ?? ''
  );
}

/** Items of a sequence in the first data set that has it. */
export function studyItems(study: PacsStudy, keyword: Keyword): readonly DicomDataset[] {
  return (
    datasetsOf(study)
      .map((each) => itemsOf(each, keyword))
      .find((items) => items.length > 0) ?? []
  );
}

export function studyName(study: PacsStudy, keyword: Keyword): string {
  return (
    datasetsOf(study)
      .map((each) => personNames(each, keyword)[0])
      .find((name) => name !== undefined) ?? ''
  );
}

/** Digest of what the PACS lists of a study: another one means that something has changed. */
export function fingerprintOf(listed: readonly DicomDataset[]): string {
  return digest(listed.map((each) => JSON.stringify(sorted(each))).sort());
}

export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/** PACS differ in the order of attributes from one answer to the next. */
function sorted(dataset: DicomDataset): readonly (readonly [string, unknown])[] {
  return Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1));
}

import { isObject } from '../../../../server/kernel/json.ts';
import { Unreachable } from '../../../client/http-call.ts';
import { tagOf, valueOf, type DicomDataset, type Keyword } from '../read/dicom-json.ts';
import { callPacs, PacsRefused, type PacsAccess } from './pacs-call.ts';

/** A PACS over DICOMweb: https://dicom.nema.org/medical/dicom/current/output/chtml/part18/PS3.18.html */
export interface DicomWebClient {
  /** Data sets of studies with that UID: none where the PACS has it not, several where it holds it for several patients. */
  study(uid: string): Promise<readonly DicomDataset[]>;
  /** All studies of some days, `2026-11-26`. @throws PacsRefused 413 when it does not list them to their end */
  studies(from: string, to: string): Promise<readonly DicomDataset[]>;
  series(study: string): Promise<readonly DicomDataset[]>;
  instances(study: string, series: string, limit?: number): Promise<readonly DicomDataset[]>;
  /** All attributes of an instance but its pixels; undefined where it is gone. */
  metadata(study: string, series: string, instance: string): Promise<DicomDataset | undefined>;
}

const JSON_TYPE = 'application/dicom+json';

/** Of studies these are asked for besides what a PACS returns by itself. */
const STUDY_FIELDS: readonly Keyword[] = [
  'StudyDescription',
  'TimezoneOffsetFromUTC',
  'IssuerOfPatientID',
  'IssuerOfPatientIDQualifiersSequence',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
];
const SERIES_FIELDS: readonly Keyword[] = ['SeriesDescription', 'NumberOfSeriesRelatedInstances'];

const PAGE = 500;
const PAGES = 200;

/** @param base `http://pacs:8042/dicom-web` */
export function openDicomWebClient(base: string, access: PacsAccess): DicomWebClient {
  async function ask(path: string, query: URLSearchParams): Promise<readonly DicomDataset[]> {
    const text = query.size === 0 ? '' : `?${query.toString()}`;
    const { status, body } = await callPacs(access, new URL(`${base}/${path}${text}`), JSON_TYPE);
    // A search that finds nothing is 204 or an empty list; 404 means that there is no such service, or, below a study, no study.
    if (status === 404 && path === 'studies') throw new PacsRefused(status);
    if (body === undefined && status !== 200) return [];
    // Something else than a list says nothing of what is there: taken for nothing, it would withdraw what is known.
    if (!Array.isArray(body)) throw new Unreachable('the PACS answered no list');
    return body.filter(isObject);
  }

  /** @param key tells an answer from the one before: a PACS that does not know `offset` says the same again */
  async function all(path: string, more: URLSearchParams, key: Keyword): Promise<readonly DicomDataset[]> {
    const found: DicomDataset[] = [];
    const known = new Set<string>();
    for (let page = 0; page < PAGES; page += 1) {
      const query = new URLSearchParams(more);
      query.set('limit', String(PAGE));
      query.set('offset', String(found.length));
      const answer = await ask(path, query);
      const news = answer.filter((each) => !known.has(`${valueOf(each, key)} ${valueOf(each, 'PatientID')}`));
      for (const each of news) known.add(`${valueOf(each, key)} ${valueOf(each, 'PatientID')}`);
      found.push(...news);
      if (answer.length === 0 || news.length === 0) return found;
    }
    throw new PacsRefused(413);
  }

  return {
    async study(uid) {
      const listed = await ask('studies', queryOf(STUDY_FIELDS, { StudyInstanceUID: uid }));
      const own = listed.filter((each) => valueOf(each, 'StudyInstanceUID') === uid);
      if (listed.length > 0 && own.length === 0)
        throw new Unreachable('the PACS lists studies that were not asked for');
      return own;
    },
    studies: (from, to) =>
      all(
        'studies',
        queryOf(STUDY_FIELDS, { StudyDate: `${from.replaceAll('-', '')}-${to.replaceAll('-', '')}` }),
        'StudyInstanceUID',
      ),
    series: (study) => all(`studies/${study}/series`, queryOf(SERIES_FIELDS), 'SeriesInstanceUID'),
    instances(study, series, limit) {
      const path = `studies/${study}/series/${series}/instances`;
      if (limit === undefined) return all(path, queryOf([]), 'SOPInstanceUID');
      return ask(path, new URLSearchParams({ limit: String(limit) }));
    },
    async metadata(study, series, instance) {
      const [found] = await ask(`studies/${study}/series/${series}/instances/${instance}/metadata`, queryOf([]));
      return found;
    },
  };
}

function queryOf(fields: readonly Keyword[], keys: Readonly<Record<string, string>> = {}): URLSearchParams {
  const query = new URLSearchParams(keys);
  for (const field of fields) query.append('includefield', tagOf(field));
  return query;
}

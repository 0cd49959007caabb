import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { identityToken } from '../../../deliver/read/identity.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { ifMatchOf } from '../../../deliver/write/if-match.ts';
import { objectsOf, referenceOf, textOf } from '../../../map/json.ts';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import { valueOf } from '../read/dicom-json.ts';
import { fhirDateTime } from '../read/dicom-time.ts';
import { STUDY_UID } from '../resource/imaging-study.ts';
import { isUid, studyValue } from '../read/pacs-study.ts';
import { isReportDocument, reportOf } from '../resource/report-of-document.ts';
import type { SyncedStudy } from './sync-study.ts';
import { writeOne } from './write-imaging-study.ts';

/** Reports of one study that are read; studies have a few. */
const MOST = 50;

/**
 * Structured reports among a study's objects become DiagnosticReports, one for each document. A document never changes; a report
 * whose images turned out to be of another patient goes with them.
 * @param zone IANA, of times that name none
 * @throws Unreachable, PacsRefused, SearchRefused, WriteRefused, WrittenMeanwhile
 */
export async function storeReports(
  client: FhirClient,
  web: DicomWebClient,
  synced: SyncedStudy,
  zone: string,
): Promise<void> {
  const { study, owner, imagingStudy } = synced;
  const documents = await documentsOf(web, synced);
  if (documents.length === 0) return;
  const tokens = documents.map(({ uid }) => identityToken({ system: STUDY_UID, value: `urn:oid:${uid}` }));
  const [stored = []] = await searchAll(client, [`DiagnosticReport?identifier=${tokens.join(',')}&_count=1000`]);
  const started = fhirDateTime(
    studyValue(study, 'StudyDate'),
    studyValue(study, 'StudyTime'),
    studyValue(study, 'TimezoneOffsetFromUTC'),
    zone,
  );
  const orders = owner.orders.map(({ id }) => `ServiceRequest/${textOf(id)}`);
  const context = { subject: owner.subject, orders, imagingStudy: `ImagingStudy/${imagingStudy}`, started, zone };
  for (const [place, { uid, series }] of documents.entries()) {
    const known = stored.find((report) => isOf(report, uid));
    if (known !== undefined && referenceOf(known.subject) === owner.subject) continue;
    const document = await web.metadata(study.uid, series, uid);
    if (document === undefined || !isReportDocument(document)) continue;
    const said = reportOf(document, context);
    const token = tokens[place] ?? '';
    await writeOne(
      client,
      known === undefined
        ? { resource: said, request: { method: 'POST', url: 'DiagnosticReport', ifNoneExist: `identifier=${token}` } }
        : {
            resource: { ...known, ...said },
            request: { method: 'PUT', url: `DiagnosticReport/${textOf(known.id)}`, ...ifMatchOf(known) },
          },
    );
  }
}

async function documentsOf(
  web: DicomWebClient,
  { study }: SyncedStudy,
): Promise<readonly { readonly uid: string; readonly series: string }[]> {
  const found: { readonly uid: string; readonly series: string }[] = [];
  for (const { listed, sample } of study.series) {
    if (valueOf(sample, 'Modality') !== 'SR') continue;
    const series = valueOf(listed, 'SeriesInstanceUID');
    const uids = (await web.instances(study.uid, series)).map((each) => valueOf(each, 'SOPInstanceUID'));
    found.push(...uids.filter(isUid).map((uid) => ({ uid, series })));
  }
  return found.slice(0, MOST);
}

function isOf({ identifier }: JsonObject, uid: string): boolean {
  return objectsOf(identifier).some(({ system, value }) => system === STUDY_UID && value === `urn:oid:${uid}`);
}

import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { ifMatchOf } from '../../../deliver/write/if-match.ts';
import { objectsOf, referenceOf, textOf } from '../../../map/json.ts';
import { writeOne } from './write-imaging-study.ts';

const COUNT = 50;

/**
 * A report that came by another way than its images names the order, not the study: it gets the studies of its orders, as far as they
 * are here and of the same patient.
 * @throws Unreachable, SearchRefused, WriteRefused, WrittenMeanwhile
 */
export async function linkReport(client: FhirClient, report: JsonObject): Promise<void> {
  const orders = objectsOf(report.basedOn)
    .map(referenceOf)
    .filter((name) => name.startsWith('ServiceRequest/'));
  if (orders.length === 0) return;
  const [studies = []] = await searchAll(client, [
    `ImagingStudy?basedon=${orders.join(',')}&status=available&_count=${COUNT}`,
  ]);
  await addStudies(client, report, studies);
}

/** {@link linkReport} for all reports of a study's orders. */
export async function linkReportsOf(
  client: FhirClient,
  orders: readonly JsonObject[],
  imagingStudy: JsonObject,
): Promise<void> {
  if (orders.length === 0) return;
  const names = orders.map(({ id }) => `ServiceRequest/${textOf(id)}`);
  const [reports = []] = await searchAll(client, [`DiagnosticReport?based-on=${names.join(',')}&_count=${COUNT}`]);
  for (const report of reports) await addStudies(client, report, [imagingStudy]);
}

async function addStudies(client: FhirClient, report: JsonObject, studies: readonly JsonObject[]): Promise<void> {
  if (report.status === 'entered-in-error') return;
  const known = objectsOf(report.imagingStudy);
  const names = new Set(known.map(({ reference }) => reference));
  const added = studies
    .filter(({ subject }) => referenceOf(subject) === referenceOf(report.subject))
    .map(({ id }) => `ImagingStudy/${textOf(id)}`)
    .filter((name) => !names.has(name));
  if (added.length === 0) return;
  await writeOne(client, {
    resource: { ...report, imagingStudy: [...known, ...added.map((reference) => ({ reference }))] },
    request: { method: 'PUT', url: `DiagnosticReport/${textOf(report.id)}`, ...ifMatchOf(report) },
  });
}

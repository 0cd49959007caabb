import type { FhirClient } from '../../../client/fhir-client.ts';
import { notePatients } from '../../../store/pacs-patients.ts';
import type { Store } from '../../../store/open-store.ts';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import { completeOrderTasks } from './order-tasks.ts';
import type { Assigners } from '../owner/patient-number.ts';
import { isOutdated } from '../correct/patient-tags.ts';
import { linkReportsOf } from './report-links.ts';
import { storeReports } from './store-reports.ts';
import type { SyncedStudy } from './sync-study.ts';

export interface FollowOptions {
  readonly store: Store;
  readonly client: FhirClient;
  readonly web: DicomWebClient;
  /** IANA zone of times that name none. */
  readonly zone: string;
  /** Whether the PACS can be told how patients are called and numbered. */
  readonly isCorrecting: boolean;
  assigners(): Assigners;
}

/**
 * What else follows from a study that is shown: its structured reports become DiagnosticReports, reports of its orders name it, Tasks of the orders are done, and images under a
 * number that their patient has no more get the one that holds. Whatever was done before is not done again.
 */
export function followStudy(options: FollowOptions): (synced: SyncedStudy) => Promise<void> {
  const { store, client, web, zone, isCorrecting, assigners } = options;
  return async (synced) => {
    const { owner, person, imagingStudy, isSettled, isNew } = synced;
    await storeReports(client, web, synced, zone);
    const study = { id: imagingStudy, subject: { reference: owner.subject } };
    await linkReportsOf(client, owner.orders, study);
    if (isSettled) await completeOrderTasks(client, owner.orders);
    const isWrong = isCorrecting && isOutdated(owner.patient, person.numbers, assigners(), isNew);
    if (isWrong) await notePatients(store, [owner.subject]);
  };
}

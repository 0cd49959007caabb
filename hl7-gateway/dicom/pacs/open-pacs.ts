import { randomUUID } from 'node:crypto';
import { every, type Loop } from '../../../server/kernel/every.ts';
import type { Log } from '../../../server/kernel/log.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { openHttpCaller } from '../../client/http-call.ts';
import type { HttpRoute } from '../../http/http-route.ts';
import type { Partner } from '../../partner/partner.ts';
import { keptStudies } from '../../store/pacs-studies.ts';
import type { Store } from '../../store/open-store.ts';
import { assignersOf } from './owner/assigners.ts';
import { correctPatients } from './correct/correct-patients.ts';
import { openDicomWebClient } from './client/dicom-web-client.ts';
import { followPacs } from './sync/follow-pacs.ts';
import { followStudy } from './sync/follow-study.ts';
import { gatewayEndpoints } from './gateway-endpoints.ts';
import { openOrthancClient } from './client/orthanc-client.ts';
import { openOrthancInstances } from './client/orthanc-instances.ts';
import { pacsHook } from './pacs-hook.ts';
import { recheckOldest, reconcile } from './sync/reconcile.ts';
import { followServer } from './server-changes.ts';
import { takeStudyAnswers } from './sync/study-tasks.ts';
import { workStudies } from './sync/study-worker.ts';
import { wakeableLoop } from './wakeable-loop.ts';

export interface PacsOptions {
  readonly store: Store;
  readonly client: FhirClient;
  readonly log: Log;
  /** DICOMweb base of the PACS, without a slash at the end. */
  readonly dicomWeb: string;
  /** Base of its own interface, where it is an Orthanc. */
  readonly orthanc?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** IANA zone of times that name none. */
  readonly timeZone: string;
  /** Where browsers reach the gateway, without a slash at the end; undefined: nowhere. */
  readonly publicUrl?: string | undefined;
  /** What the PACS shows when it calls the hook; undefined: it has none. */
  readonly hookSecret?: string | undefined;
  /** Milliseconds between two comparisons with all that the PACS has of the last days. */
  readonly reconcileEvery?: number;
  /** As they are known now: names of assigners are theirs. */
  partners(): readonly Partner[];
  now(): number;
}

/** The PACS and the records of its studies, kept in step. */
export interface Pacs {
  readonly routes: readonly HttpRoute[];
  /** Logical ids of the ImagingStudies that tell of studies, by Study Instance UID; nothing of those that are not to be shown. */
  keptStudies(uids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

const SECOND = 1000;
/** What a process that was killed has left is taken by another one after it. */
const LEASE = 10 * SECOND;
/** Days that are compared with the PACS: all, and those in which new studies are looked for where no feed tells of them. */
const DAYS = 30;
const RECENT_DAYS = 1;
const RECONCILE = 600 * SECOND;
const RECENT = 5 * SECOND;

export function openPacs(options: PacsOptions): Pacs {
  const { store, client, log, now } = options;
  const http = openHttpCaller({ timeout: 60 * SECOND, answerBytes: 64 * 1024 * 1024, connections: 8 });
  const access = { http, user: options.user, password: options.password };
  const web = openDicomWebClient(options.dicomWeb, access);
  const lease = { owner: randomUUID(), duration: LEASE };
  const failing = (what: string) => (err: unknown) => log.warn({ err }, what);
  const assigners = (): ReturnType<typeof assignersOf> => assignersOf(options.partners());
  const endpoints = gatewayEndpoints(
    client,
    options.publicUrl,
    failing('the Endpoints of images could not be written'),
  );
  const orthanc = options.orthanc === undefined ? undefined : openOrthancClient(options.orthanc, access);
  const work = {
    store,
    log,
    lease,
    sync: { web, client, zone: options.timeZone, assigners, endpoints, now },
    followUp: followStudy({
      store,
      client,
      web,
      zone: options.timeZone,
      assigners,
      isCorrecting: orthanc !== undefined,
    }),
  };
  const studies = wakeableLoop(
    SECOND,
    async () => {
      if (orthanc !== undefined) await followPacs(store, orthanc, options.orthanc ?? '');
      await workStudies(work);
    },
    failing('the PACS could not be read; it is read when it answers'),
  );
  const again = (pause: number, what: string, run: () => Promise<void>): Loop => every(pause, run, failing(what));
  const loops = [
    studies,
    again(options.reconcileEvery ?? RECONCILE, 'the PACS could not be compared with what is known', async () => {
      await reconcile(store, web, DAYS, now());
      await recheckOldest(store);
    }),
    again(SECOND, 'answers of people could not be read', () => takeStudyAnswers(store, client)),
    again(SECOND, 'what the server wrote could not be read; it is read when it answers', () =>
      followServer({ store, client, log, isCorrecting: orthanc !== undefined }),
    ),
  ];
  if (orthanc === undefined || options.orthanc === undefined) {
    const recent = (): Promise<void> => reconcile(store, web, RECENT_DAYS, now());
    loops.push(again(RECENT, 'the PACS could not be asked for new studies', recent));
  } else {
    const instances = openOrthancInstances(options.orthanc, access);
    const correction = { store, client, log, lease, web, orthanc, instances, assigners, now };
    const correct = (): Promise<void> => correctPatients(correction);
    loops.push(again(SECOND, 'images of patients who changed could not be corrected', correct));
  }
  return {
    routes: [pacsHook(options.hookSecret, () => studies.wake())],
    keptStudies: (uids) => keptStudies(store, uids),
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      http.close();
    },
  };
}

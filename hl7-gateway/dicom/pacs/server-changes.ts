import type { JsonObject } from '../../../server/kernel/json.ts';
import type { Log } from '../../../server/kernel/log.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { Unreachable } from '../../client/http-call.ts';
import { survivorOf } from '../../deliver/content/patient-links.ts';
import { isSameJson } from '../../deliver/content/same-json.ts';
import { readChanges, type ChangePage } from '../../outbound/changes.ts';
import { objectsOf, textOf } from '../../map/json.ts';
import type { Change } from '../../outbound/tell.ts';
import { changeCursor, moveChangeCursor } from '../../store/change-cursors.ts';
import { notePatients } from '../../store/pacs-patients.ts';
import { noteWaiting } from '../../store/pacs-studies.ts';
import type { Queryable, Store } from '../../store/open-store.ts';
import { accessionsOf, STUDY_UID } from './resource/imaging-study.ts';
import { linkReport } from './sync/report-links.ts';
import { WriteRefused, WrittenMeanwhile } from './sync/write-imaging-study.ts';
import { referenceTo } from './owner/study-owner.ts';

const PAGE = 50;
const PAGES = 20;

export interface FollowerOptions {
  readonly store: Store;
  readonly client: FhirClient;
  readonly log: Log;
  /** Whether the PACS can be told how patients are called and numbered. */
  readonly isCorrecting: boolean;
}

/** What is done about the changes of a type; `before` is outside of the transaction that `note` is a part of. */
interface Follower {
  readonly type: string;
  before?(changes: readonly Change[]): Promise<void>;
  note?(db: Queryable, changes: readonly Change[]): Promise<void>;
}

/**
 * Reads what the server wrote since the last look: orders and patients for whom studies wait, patients who are called or numbered
 * otherwise now, reports of studies. What cannot be read of one type keeps none of the others.
 * @throws Unreachable when the server does not answer now
 */
export async function followServer(options: FollowerOptions): Promise<void> {
  const { store, client, log, isCorrecting } = options;
  const followers: readonly Follower[] = [
    { type: 'ServiceRequest', note: noteOrders },
    {
      type: 'Patient',
      async note(db, changes) {
        await noteNumbers(db, changes);
        if (isCorrecting) await notePatients(db, changedPatients(changes));
      },
    },
    {
      type: 'DiagnosticReport',
      async before(changes) {
        for (const { resource } of changes) await linkChanged(client, log, resource);
      },
    },
  ];
  const failures: unknown[] = [];
  for (const follower of followers) {
    await followType(store, client, follower).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** The next version of a report that somebody else wrote meanwhile is told as well; one that is refused must not keep the others. */
async function linkChanged(client: FhirClient, log: Log, report: JsonObject): Promise<void> {
  try {
    await linkReport(client, report);
  } catch (err) {
    if (err instanceof WrittenMeanwhile) return;
    if (!(err instanceof WriteRefused)) throw err;
    log.error({ err, report: `DiagnosticReport/${textOf(report.id)}` }, 'a report could not be linked to its images');
  }
}

async function followType(store: Store, client: FhirClient, { type, before, note }: Follower): Promise<void> {
  // Messages to partners are told from the same events, at a pace of their own.
  const cursor = `pacs ${type}`;
  for (let page = 0; page < PAGES; page += 1) {
    const from = await changeCursor(store, cursor);
    const { changes, next } = await readPage(client, type, from);
    if (next === from) return;
    await before?.(changes);
    await store.transaction(async (tx) => {
      if (await moveChangeCursor(tx, cursor, from, next)) await note?.(tx, changes);
    });
  }
}

/** Many large reports together may be more than one answer holds: then they are read one by one. */
async function readPage(client: FhirClient, type: string, from: number): Promise<ChangePage> {
  try {
    return await readChanges(client, type, from, PAGE);
  } catch (error) {
    if (!(error instanceof Unreachable) || error.status !== undefined) throw error;
    return readChanges(client, type, from, 1);
  }
}

/** Studies that came before their order. */
async function noteOrders(db: Queryable, changes: readonly Change[]): Promise<void> {
  const orders = changes.map(({ resource }) => resource);
  await noteWaiting(db, {
    uids: orders.flatMap(({ identifier }) =>
      objectsOf(identifier).flatMap(({ system, value }) =>
        system === STUDY_UID ? [textOf(value).replace(/^urn:oid:/, '')] : [],
      ),
    ),
    accessions: orders.flatMap((order) => accessionsOf(order)).map(({ value }) => textOf(value)),
  });
}

async function noteNumbers(db: Queryable, changes: readonly Change[]): Promise<void> {
  await noteWaiting(db, {
    patients: changes.flatMap(({ resource }) => objectsOf(resource.identifier)).map(({ value }) => textOf(value)),
  });
}

/** `Patient/id` of those who are called or numbered otherwise now, and of those into whom one was merged. */
function changedPatients(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ resource, before }) => {
    const survivor = survivorOf(resource);
    if (survivor !== undefined) return before !== undefined && survivorOf(before) === survivor ? [] : [survivor];
    return before === undefined || isSaidTheSame(resource, before) ? [] : [referenceTo(resource)];
  });
}

/** What the PACS has of a patient, and merges that were undone. */
const SAID = ['name', 'birthDate', 'gender', 'identifier', 'link'] as const;

function isSaidTheSame(one: JsonObject, other: JsonObject): boolean {
  return SAID.every((name) => isSameJson(one[name], other[name]));
}

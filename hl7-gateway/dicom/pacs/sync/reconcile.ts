import { noteDiffering, noteMissing, noteOldest } from '../../../store/pacs-window.ts';
import type { Store } from '../../../store/open-store.ts';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import { valueOf, type DicomDataset } from '../read/dicom-json.ts';
import { fingerprintOf, isUid } from '../read/pacs-study.ts';

const DAY = 86_400_000;
/** Days of one list. */
const STEP = 7;
/** Studies outside of the days that are looked at in one round, and how long ago their last look is at least, ms. */
const OLDEST = 20;
const AGE = DAY;

/**
 * Compares the PACS' list of some days with what is known: new studies, changed and missing ones are looked at. A deletion
 * is told by nothing else, and what a feed has lost is found here.
 * @param days before now; tomorrow is a part of it, as clocks of modalities differ
 * @throws Unreachable, PacsRefused
 */
export async function reconcile(store: Store, web: DicomWebClient, days: number, now: number): Promise<void> {
  for (let first = -days; first <= 1; first += STEP) {
    const [from, to] = [dayOf(now + first * DAY), dayOf(now + Math.min(first + STEP - 1, 1) * DAY)];
    const byUid = studiesByUid(await web.studies(from, to));
    const listed = [...byUid].map(([uid, datasets]) => ({ uid, fingerprint: fingerprintOf(datasets) }));
    await noteDiffering(store, listed);
    await noteMissing(store, { from, to, uids: [...byUid.keys()] });
  }
}

/** Has old studies looked at, some at a time: what became of them is told by no list of days. */
export async function recheckOldest(store: Store): Promise<void> {
  await noteOldest(store, AGE, OLDEST);
}

function studiesByUid(datasets: readonly DicomDataset[]): ReadonlyMap<string, readonly DicomDataset[]> {
  const found = new Map<string, DicomDataset[]>();
  for (const dataset of datasets) {
    const uid = valueOf(dataset, 'StudyInstanceUID');
    if (isUid(uid)) found.set(uid, [...(found.get(uid) ?? []), dataset]);
  }
  return found;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

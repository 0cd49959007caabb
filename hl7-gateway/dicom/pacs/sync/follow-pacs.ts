import { movePacsCursor, pacsCursor } from '../../../store/pacs-feed.ts';
import { noteStudies } from '../../../store/pacs-studies.ts';
import type { Store } from '../../../store/open-store.ts';
import type { OrthancClient } from '../client/orthanc-client.ts';

/** Changes of one page, and pages of one look. */
const PAGE = 500;
const PAGES = 100;

/**
 * Reads what the PACS tells since the last look, to its end, and notes the studies. Where it stands is committed with what it
 * noted; what is read again after a crash leads to one more look, which changes nothing.
 * @param source base of the PACS
 * @returns whether there was something
 * @throws Unreachable, PacsRefused
 */
export async function followPacs(store: Store, orthanc: OrthancClient, source: string): Promise<boolean> {
  let isNews = false;
  for (let page = 0; page < PAGES; page += 1) {
    const from = await pacsCursor(store, source);
    const { studies, series, last, isDone } = await orthanc.changes(from, PAGE);
    if (last <= from) {
      // A PACS that was set up anew counts from one again: its changes are read at the next look.
      const isAnew = last < from && (await orthanc.lastChange()) < from;
      if (isAnew) await movePacsCursor(store, source, from, 0);
      return isNews;
    }
    const uids = await uidsOf(orthanc, studies, series);
    await store.transaction(async (tx) => {
      await noteStudies(tx, uids);
      await movePacsCursor(tx, source, from, last);
    });
    isNews ||= uids.length > 0;
    if (isDone) return isNews;
  }
  return isNews;
}

/** Of those that are gone there is no UID any more; reconciliation sees that they are missing. */
async function uidsOf(
  orthanc: OrthancClient,
  studies: readonly string[],
  series: readonly string[],
): Promise<readonly string[]> {
  const uids = new Set<string>();
  for (const id of studies) uids.add((await orthanc.studyUid('studies', id)) ?? '');
  for (const id of series) uids.add((await orthanc.studyUid('series', id)) ?? '');
  uids.delete('');
  return [...uids];
}

import { readHeads, readLinks, type AuditHead, type AuditLink } from '../../storage/audit-chain.ts';
import { readChained, type ChainedPage } from '../../storage/audit-read.ts';
import type { Queryable } from '../../storage/db.ts';
import type { HeadFolder } from './head-folder.ts';
import type { HeadKey } from './head-keys.ts';
import { isSigned } from './heads.ts';
import { checkPage } from './check-page.ts';
import { GENESIS } from './link.ts';

/** Something that is not as it was written, at a place of the chain. */
export interface Finding {
  readonly seq: number;
  readonly event?: string;
  readonly what: string;
}

export interface Verification {
  readonly checked: number;
  readonly erased: number;
  /** In the order of the chain: the first names the first bad event. At most {@link MAX_FINDINGS}. */
  readonly findings: readonly Finding[];
}

export interface VerifyOptions {
  readonly db: Queryable;
  readonly keys: readonly HeadKey[];
  readonly folder: HeadFolder;
}

const BATCH = 500;
const MAX_FINDINGS = 100;
/** Before every page. */
const START = { tx: -1, id: GENESIS.id };

/** Reads the whole chain, from what retention left on, and tells what was changed, removed, inserted, reordered or cut off. */
export async function verifyChain({ db, keys, folder }: VerifyOptions): Promise<Verification> {
  const findings: Finding[] = [];
  const heads = await allHeads(db, folder, keys, findings);
  const anchor = heads.filter(({ cut }) => cut !== null).at(-1);
  const cut = anchor?.cut ?? -Infinity;
  const signed = new Map(heads.map((head) => [head.seq, head]));
  const erased = new Map<string, number>();
  let before: { seq: number; hash: Buffer } = anchor ?? GENESIS;
  let place: { tx: number; id: string } = START;
  let checked = 0;
  let erasedCount = 0;
  for (;;) {
    const links = await readLinks(db, before.seq, BATCH);
    const last = links.at(-1);
    if (last === undefined) break;
    // Links whose place was changed must not hide events from the comparison.
    const upTo = links.reduce((a, b) => (isBehind(a, b) ? a : b), last);
    const pages = new Map((await readChained(db, place, upTo)).map((page) => [page.id, page]));
    for (const link of links) {
      const page = pages.get(link.id);
      const wrong = checkPlace(before, place, link, page, cut);
      if (wrong !== undefined) findings.push({ seq: link.seq, event: link.id, what: wrong });
      const head = signed.get(link.seq);
      if (head !== undefined && !head.hash.equals(link.hash)) {
        findings.push({ seq: link.seq, event: link.id, what: 'the chain up to here is not the one that was signed' });
      }
      if (page !== undefined && wrong === undefined) {
        const { events, finding } = checkPage(before.hash, link, page);
        if (finding !== undefined) findings.push({ seq: link.seq, ...finding });
        checked += events.length;
        for (const { id, isErased, erasedIds } of events) {
          if (isErased) erased.set(id, link.seq);
          for (const each of erasedIds) if (erased.delete(each)) erasedCount += 1;
        }
      }
      pages.delete(link.id);
      before = link;
      place = isBehind(link, place) ? link : place;
    }
    for (const { id, recorded } of pages.values()) {
      if (recorded >= cut) findings.push({ seq: before.seq, event: id, what: 'an event was inserted' });
    }
  }
  for (const [id, seq] of erased) {
    findings.push({ seq, event: id, what: 'its detail was erased, and no erasure is recorded' });
  }
  const end = heads.findLast(({ seq }) => seq > before.seq);
  if (end !== undefined)
    findings.push({ seq: before.seq + 1, what: `the chain was cut off: ${end.seq} links were signed` });
  const ordered = findings.sort((a, b) => a.seq - b.seq).slice(0, MAX_FINDINGS);
  return { checked, erased: erasedCount, findings: ordered };
}

function isBehind(a: Place, b: Place): boolean {
  return a.tx > b.tx || (a.tx === b.tx && a.id > b.id);
}

interface Place {
  readonly tx: number;
  readonly id: string;
}

function checkPlace(
  before: { readonly seq: number },
  place: Place,
  link: AuditLink,
  page: ChainedPage | undefined,
  cut: number,
): string | undefined {
  if (link.seq !== before.seq + 1) return `${link.seq - before.seq - 1} links before it are missing`;
  if (!isBehind(link, place)) return 'it is not in its place';
  if (page === undefined) return link.recorded < cut ? undefined : 'its event is missing or was changed';
  return page.recorded === link.recorded && page.tx === link.tx ? undefined : 'its event was changed';
}

function isSame(a: AuditHead, b: AuditHead): boolean {
  return a.hash.equals(b.hash) && a.cut === b.cut && a.key === b.key && a.signature.equals(b.signature);
}

/** Those of the database and of the folder, oldest first; unsigned ones are findings, and those that only the folder has. */
async function allHeads(
  db: Queryable,
  folder: HeadFolder,
  keys: readonly HeadKey[],
  findings: Finding[],
): Promise<readonly AuditHead[]> {
  const nameOf = ({ seq, at }: AuditHead): string => `${seq} ${at}`;
  const stored = new Map((await readHeads(db)).map((head) => [nameOf(head), head]));
  const files = await folder.read();
  for (const name of files.unreadable) findings.push({ seq: 0, what: `the file ${name} is no head` });
  for (const head of files.heads) {
    const known = stored.get(nameOf(head));
    if (known === undefined || !isSame(known, head)) {
      findings.push({ seq: head.seq, what: 'the head that is in the folder is not in the database' });
    }
    stored.set(nameOf(head), head);
  }
  const heads = [...stored.values()].sort((a, b) => a.seq - b.seq || a.at - b.at);
  return heads.filter((head) => {
    const isGood = isSigned(head, keys);
    if (!isGood) findings.push({ seq: head.seq, what: 'the signature of a head is wrong' });
    return isGood;
  });
}

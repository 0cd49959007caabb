import { insertLinks, lastLink, lockChain, type AuditLink } from '../../storage/audit-chain.ts';
import { readUnlinked } from '../../storage/audit-read.ts';
import type { Db } from '../../storage/db.ts';
import { digestsOf, GENESIS, linkHash } from './link.ts';

/** Links go in one statement by so many, and pages are read by so many. */
const BATCH = 500;
const READ = 1000;

/**
 * Chains the pages that are committed and not chained yet, in the order of their transactions. One process does it at a
 * time; others do nothing meanwhile.
 * @param base see transactionBase
 * @returns how many were chained
 */
export async function linkEvents(db: Db, base: number): Promise<number> {
  for (let total = 0; ;) {
    const count = await linkSome(db, base);
    total += count;
    if (count < READ) return total;
  }
}

function linkSome(db: Db, base: number): Promise<number> {
  return db.transaction(async (tx) => {
    if (!(await lockChain(tx))) return 0;
    const last = (await lastLink(tx)) ?? GENESIS;
    const pages = await readUnlinked(tx, last, base, READ);
    let { seq, hash } = last;
    const links = pages.map((page): AuditLink => {
      const digests = digestsOf(page);
      hash = linkHash(hash, page, digests);
      seq += 1;
      return { seq, tx: page.tx, id: page.id, recorded: page.recorded, hash, digests };
    });
    for (let start = 0; start < links.length; start += BATCH) await insertLinks(tx, links.slice(start, start + BATCH));
    return links.length;
  });
}

import { hash } from 'node:crypto';
import { eventTexts } from '../../storage/audit-pages.ts';
import type { StoredPage } from '../../storage/audit-read.ts';

/** What the first link follows. */
export const GENESIS = { seq: 0, tx: 0, id: '00000000-0000-0000-0000-000000000000', hash: Buffer.alloc(32) } as const;

/** Bytes of an event's digest: the hash of the link covers all of them, they only tell one event from another. */
export const DIGEST = 8;

/** The digests of a page's events, one behind the other. */
export function digestsOf({ events }: StoredPage): Buffer {
  let digests = '';
  for (const event of eventTexts(events)) digests += hash('sha256', event, 'hex').slice(0, 2 * DIGEST);
  return Buffer.from(digests, 'hex');
}

/** SHA-256 over the hash before, everything of the page but what may be erased (its events have the hashes of that), and their digests. */
export function linkHash(before: Buffer, page: StoredPage, digests: Buffer): Buffer {
  const { tenant, recorded, id, tx, keys, events } = page;
  const head = [before.toString('hex'), tenant, recorded, id, tx, keys, digests.toString('hex')].join('\n');
  return hash('sha256', `${head}\n${events}`, 'buffer');
}

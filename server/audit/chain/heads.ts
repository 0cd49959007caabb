import { sign, verify } from 'node:crypto';
import { insertHead, lastLink, readHeads, type AuditHead } from '../../storage/audit-chain.ts';
import type { Queryable } from '../../storage/db.ts';
import type { HeadKey } from './head-keys.ts';
import type { HeadFolder } from './head-folder.ts';

/** How far the chain is said to have come. */
type Statement = Pick<AuditHead, 'seq' | 'at' | 'hash' | 'cut'>;

/**
 * Signs how far the chain has come, into the database and the folder, unless that was signed already.
 * @param now milliseconds
 */
export async function signHead(db: Queryable, key: HeadKey, folder: HeadFolder, now: number): Promise<void> {
  const [last, heads] = [await lastLink(db), await readHeads(db)];
  if (last === undefined || heads.at(-1)?.seq === last.seq) return;
  await keepHead(db, key, folder, { seq: last.seq, at: now, hash: last.hash, cut: null });
}

export async function keepHead(db: Queryable, key: HeadKey, folder: HeadFolder, statement: Statement): Promise<void> {
  const head = { ...statement, key: key.id, signature: sign(null, messageOf(statement), key.privateKey) };
  await folder.write(head);
  await insertHead(db, head);
}

export function isSigned(head: AuditHead, keys: readonly HeadKey[]): boolean {
  const key = keys.find(({ id }) => id === head.key);
  return key !== undefined && verify(null, messageOf(head), key.publicKey, head.signature);
}

function messageOf({ seq, at, hash, cut }: Statement): Buffer {
  return Buffer.from(`athanor audit head\n${seq}\n${at}\n${hash.toString('hex')}\n${cut ?? ''}\n`);
}

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { insertAuditKey, readAuditKeys } from '../../storage/audit-chain.ts';
import type { Sealer } from '../../protection/sealer.ts';
import type { Queryable } from '../../storage/db.ts';

export interface HeadKey {
  /** Begin of the SHA-256 of the public key. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const PURPOSE = 'audit-head-key';

/**
 * The keys that heads were signed with, newest first; the first is made when there is none. Whoever can only write to the
 * database can make no key that opens here.
 */
export async function headKeys(db: Queryable, sealer: Sealer, now: number): Promise<readonly [HeadKey, ...HeadKey[]]> {
  const [first, ...others] = (await readAuditKeys(db)).map(({ sealed }) => keyOf(sealer.open(sealed, PURPOSE)));
  if (first !== undefined) return [first, ...others];
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const made = keyOf(der);
  await insertAuditKey(db, { id: made.id, sealed: sealer.seal(der, PURPOSE) }, now);
  return [made];
}

function keyOf(der: Buffer): HeadKey {
  const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(spki).digest('hex').slice(0, 16), privateKey, publicKey };
}

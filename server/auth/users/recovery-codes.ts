import { createHash, randomBytes } from 'node:crypto';
import type { Queryable, Tx } from '../../storage/db.ts';

const COUNT = 10;
/** 80 bits are 16 letters of 5 bits. */
const BYTES = 10;
/** https://www.rfc-editor.org/rfc/rfc4648#section-6 */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** New codes in place of the old ones; shown this once. */
export async function makeRecoveryCodes(tx: Tx, account: string): Promise<readonly string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await tx.query({ text: 'delete from account_recovery_code where account = $1', values: [account] });
  await tx.query({
    text: 'insert into account_recovery_code (account, hash) select $1, unnest($2::bytea[])',
    values: [account, codes.map(hashOf)],
  });
  return codes;
}

/** Whether it is a code of the account; it is used up, by exactly one of parallel uses. */
export async function takeRecoveryCode(db: Queryable, account: string, code: string): Promise<boolean> {
  const rows = await db.query({
    text: 'delete from account_recovery_code where account = $1 and hash = $2 returning 1',
    values: [account, hashOf(code)],
  });
  return rows.length === 1;
}

export async function countRecoveryCodes(db: Queryable, account: string): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    text: 'select count(*)::integer as count from account_recovery_code where account = $1',
    values: [account],
  });
  return row?.count ?? 0;
}

function newCode(): string {
  const bits = [...randomBytes(BYTES)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => LETTERS.charAt(parseInt(five, 2))).join('');
  return (letters.match(/.{4}/g) ?? []).join('-');
}

/** As it may be typed: small letters, blanks or nothing between the groups. 80 random bits need no slow hash. */
function hashOf(code: string): Buffer {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z2-7]/g, ''))
    .digest();
}

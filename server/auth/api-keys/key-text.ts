import { createHash, randomBytes } from 'node:crypto';

const CHECK_LENGTH = 6;
const KEY = /^athk_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;

/** 256 random bits between a prefix, by which scanners find keys in code, and a checksum, by which they know real ones. */
export function newKey(): string {
  const secret = randomBytes(32).toString('base64url');
  return `athk_${secret}${checkOf(secret)}`;
}

/** Whether a text may be a key at all; what is not is refused without asking the database. */
export function isKey(text: string): boolean {
  const [, secret, check] = KEY.exec(text) ?? [];
  return secret !== undefined && check === checkOf(secret);
}

/** With 256 random bits a slow hash would add nothing. */
export function keyHash(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function checkOf(secret: string): string {
  return createHash('sha256').update(`athk ${secret}`).digest('base64url').slice(0, CHECK_LENGTH);
}

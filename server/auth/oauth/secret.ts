import { createHash, randomBytes } from 'node:crypto';

/** 256 bits, as text for URLs and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * By what a code, token, launch or client secret is stored and looked up. All of them are random with at least 128 bits:
 * a slow hash would add nothing.
 */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

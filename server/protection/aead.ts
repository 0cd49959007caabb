import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes of a key. */
export const KEY_LENGTH = 32;

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes). The nonce is random, so that one key serves for 2^32
 * messages (NIST SP 800-38D §8.3). @param context authenticated, not stored: opening needs the same
 */
export function encrypt(key: Buffer, plain: Buffer | string, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(context));
  const start = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  return Buffer.concat([nonce, start, cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when key or context are not the ones, or when a bit was changed */
export function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
  if (sealed.length < NONCE + TAG) throw new Error('sealed data is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}

import { hkdfSync } from 'node:crypto';
import { decrypt, encrypt, KEY_LENGTH } from './aead.ts';

/** Encrypts secrets that the server keeps in the database (signing keys, TOTP secrets). */
export interface Sealer {
  /** @param purpose what it is and whose (`totp ACCOUNT`): opening needs the same, so that nothing can be put in another's place */
  seal(plain: Buffer, purpose: string): Buffer;
  /** @throws Error when it was sealed for another purpose, by another installation, or was changed */
  open(sealed: Buffer, purpose: string): Buffer;
}

/** The key itself encrypts nothing: another one is derived from it, so that it may serve for other things too. */
export function createSealer(key: Buffer): Sealer {
  const own = deriveKey(key, 'sealer');
  return {
    seal: (plain, purpose) => encrypt(own, plain, purpose),
    open: (sealed, purpose) => decrypt(own, sealed, purpose),
  };
}

/** HKDF-SHA-256 (RFC 5869). */
export function deriveKey(key: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `athanor ${name}`, KEY_LENGTH));
}

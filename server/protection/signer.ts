import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Signs what leaves the server as evidence: certificates of erasure, manifests of exports. Ed25519 (RFC 8032). */
export interface Signer {
  /** Of the public key: SHA-256, the first 16 hexadecimal digits. */
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** base64 */
  sign(data: Buffer | string): string;
}

/** @param key PKCS#8, DER */
export function createSigner(key: Buffer): Signer {
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (data) => sign(null, Buffer.from(data), privateKey).toString('base64'),
  };
}

/** A private key for {@link createSigner}. */
export function newSigningKey(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
}

export function isSignedBy(publicKey: string, data: Buffer | string, signature: string): boolean {
  return verify(null, Buffer.from(data), createPublicKey(publicKey), Buffer.from(signature, 'base64'));
}

function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}

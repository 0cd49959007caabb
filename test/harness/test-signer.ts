import { createSigner, newSigningKey, type Signer } from '../../server/protection/signer.ts';

const SIGNER = createSigner(newSigningKey());

/** The server's signer, the same for all servers of a test file. */
export function testSigner(): Signer {
  return SIGNER;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyFile } from '../protection/key-file.ts';
import { createSigner, newSigningKey, type Signer } from '../protection/signer.ts';
import type { Config } from './config.ts';
import type { OpenEngine } from './open-engine.ts';

/**
 * Whose signature modules put under what must not be altered. A server that protects nothing keeps no keys in its database:
 * then the key is in a file beside it, made when it is needed first.
 */
export function moduleSigner(
  { dataDir }: Pick<Config, 'dataDir'>,
  { protection }: Pick<OpenEngine, 'protection'>,
): () => Signer {
  let signer = protection?.signer;
  return () => (signer ??= createSigner(signingKey(join(dataDir, 'signing.key'))));
}

function signingKey(path: string): Buffer {
  createKeyFile(path, `${newSigningKey().toString('base64')}\n`);
  return Buffer.from(readFileSync(path, 'utf8'), 'base64');
}

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnSystem } from '../auth/oauth/clients/own-systems.ts';
import { isObject, parseJson } from '../kernel/json.ts';
import { createKeyFile } from '../protection/key-file.ts';
import type { Config } from './config.ts';

/** Client id of the HL7 gateway that this server starts. */
export const GATEWAY_CLIENT = 'hl7-gateway';

/** The file with the private key (PKCS #8, P-384, for ES384) by which the gateway signs in; made when it is needed first. */
export function gatewayKeyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  const path = join(dataDir, 'hl7-gateway.key');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  createKeyFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return path;
}

/** The gateway as the authorization server knows it. */
export function gatewaySystem(config: Pick<Config, 'dataDir'>): OwnSystem {
  const jwk = createPublicKey(readFileSync(gatewayKeyFile(config))).export({ format: 'jwk' });
  const publicKey = parseJson(JSON.stringify({ ...jwk, kid: GATEWAY_CLIENT, alg: 'ES384', use: 'sig' }));
  if (!isObject(publicKey)) throw new Error('a public key is a JSON object');
  return { name: GATEWAY_CLIENT, title: 'HL7 gateway', roles: ['gateway'], publicKey };
}

import { readFileSync } from 'node:fs';
import type { GatewayConfig } from './gateway-config.ts';
import type { ListenAddress } from './gateway-settings.ts';
import type { MllpListener } from './mllp/serve-mllp.ts';

/** An address with the certificates that are configured, where it is one with TLS. @throws Error when their files cannot be read */
export function listenerOf({ host, port, isTls }: ListenAddress, config: GatewayConfig): MllpListener {
  const { tlsKey, tlsCertificate, tlsClientCa } = config;
  if (!isTls || tlsKey === undefined || tlsCertificate === undefined) return { host, port };
  const tls = { key: text(tlsKey), cert: text(tlsCertificate) };
  if (tlsClientCa === undefined) return { host, port, tls: { ...tls, clientCertificate: 'none' } };
  return { host, port, tls: { ...tls, ca: text(tlsClientCa), clientCertificate: 'required' } };
}

const text = (path: string): string => readFileSync(path, 'utf8');

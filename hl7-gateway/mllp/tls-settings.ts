import type { TLSSocket, TlsOptions } from 'node:tls';

/** Keys and certificates as PEM texts. */
export interface ListenerTls {
  readonly key: string;
  readonly cert: string;
  /** Who may have issued certificates of clients. Without it any certificate is taken, for partners that are known by its fingerprint. */
  readonly ca?: string;
  readonly clientCertificate: 'none' | 'optional' | 'required';
}

/** ms for the handshake. */
const HANDSHAKE = 10_000;

/** TLS 1.2 and later (BCP 195, https://www.rfc-editor.org/rfc/rfc9325). */
export function tlsOptions({ key, cert, ca, clientCertificate }: ListenerTls): TlsOptions {
  return {
    key,
    cert,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE,
    requestCert: clientCertificate !== 'none',
    // With issuers a bad certificate ends the handshake; without, what counts is that it is there, and which one it is.
    rejectUnauthorized: clientCertificate === 'required' && ca !== undefined,
    ...(ca === undefined ? {} : { ca }),
  };
}

/**
 * SHA-256 fingerprint of the client's certificate: hexadecimal, lower case, without colons. `undefined` without one that counts: issued
 * by whom the settings name, or by anybody where they name nobody, and valid today. The handshake has proved that the client has its key.
 */
export function clientFingerprint(socket: TLSSocket, { ca }: ListenerTls): string | undefined {
  const { fingerprint256, valid_from, valid_to } = socket.getPeerCertificate();
  // An empty object where the client sent none, whatever the type says.
  if (typeof fingerprint256 !== 'string') return undefined;
  if (ca !== undefined && !socket.authorized) return undefined;
  const now = Date.now();
  if (!(Date.parse(valid_from) <= now && now <= Date.parse(valid_to))) return undefined;
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

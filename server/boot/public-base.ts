import { FHIR_BASE } from '../http/request-path.ts';
import type { Config } from './config.ts';

/** `https` when this server speaks TLS itself. */
export function schemeOf({ tlsCertificate }: Config): 'http' | 'https' {
  return tlsCertificate === undefined ? 'http' : 'https';
}

/** The FHIR base URL as clients see it, without a slash at the end. */
export function publicBase(config: Config): string {
  return config.baseUrl ?? `${schemeOf(config)}://localhost:${config.port}${FHIR_BASE}`;
}

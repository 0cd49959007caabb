import { readSettings, type Settings } from '../server/kernel/setting.ts';
import { GATEWAY_SETTINGS } from './gateway-settings.ts';

const SECRET_LENGTH = 32;

export type GatewayConfig = Settings<typeof GATEWAY_SETTINGS> & { readonly databaseUrl: string };

/** What is wrong with the configuration; a line per variable, for the operator. */
export class GatewayConfigError extends Error {
  override readonly name = 'GatewayConfigError';
}

/**
 * Reads the environment; empty variables count as unset.
 * @throws GatewayConfigError naming every variable at fault and what it takes
 */
export function readGatewayConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const problems: string[] = [];
  const config = readSettings(GATEWAY_SETTINGS, env, problems);
  if (config.databaseUrl === undefined) problems.push('DATABASE_URL: must be set.');
  if ((config.tlsCertificate === undefined) !== (config.tlsKey === undefined)) {
    problems.push('HL7_TLS_CERT, HL7_TLS_KEY: both must be set, or neither.');
  }
  if (
    config.tlsKey === undefined &&
    [...config.listen, ...(config.dicom === undefined ? [] : [config.dicom])].some(({ isTls }) => isTls)
  ) {
    problems.push('HL7_TLS_KEY: must be set where HL7_LISTEN has mllps, or DICOM_LISTEN dicoms.');
  }
  if ((config.destinationCertificate === undefined) !== (config.destinationKey === undefined)) {
    problems.push('HL7_DESTINATION_CERT, HL7_DESTINATION_KEY: both must be set, or neither.');
  }
  if ((config.clientId === undefined) !== (config.clientKey === undefined)) {
    problems.push('HL7_CLIENT_ID, HL7_CLIENT_KEY: both must be set, or neither.');
  }
  if (config.secret !== undefined && config.secret.length < SECRET_LENGTH) {
    problems.push(`HL7_GATEWAY_SECRET: must have ${SECRET_LENGTH} characters at least.`);
  }
  if ((config.pacsUser === undefined) !== (config.pacsPassword === undefined)) {
    problems.push('PACS_USER, PACS_PASSWORD: both must be set, or neither.');
  }
  if (config.pacsDicomWeb === undefined && config.pacsOrthanc !== undefined) {
    problems.push('PACS_DICOMWEB: must be set where PACS_ORTHANC is.');
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: config.timeZone });
  } catch {
    problems.push('HL7_TIME_ZONE: no IANA zone; it takes names such as Europe/Berlin.');
  }
  if (problems.length > 0 || config.databaseUrl === undefined) throw new GatewayConfigError(problems.join('\n'));
  return { ...config, databaseUrl: config.databaseUrl };
}

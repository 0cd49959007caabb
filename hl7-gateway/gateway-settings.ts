import { LOG_LEVELS } from '../server/kernel/log.ts';
import { choice, integer, optionalText, optionalUrl, text, type Setting } from '../server/kernel/setting.ts';

/** Where the gateway listens for HL7 v2: an address of its own, a port, with TLS or without. */
export interface ListenAddress extends HostAndPort {
  readonly isTls: boolean;
}

const listeners: Setting<readonly ListenAddress[]> = {
  name: 'HL7_LISTEN',
  text: 'Where HL7 v2 messages come in (MLLP). Partners may be told apart by port: give each its own, or one for many.',
  accepts: 'mllp://HOST:PORT (plain) and mllps://HOST:PORT (TLS), separated by commas',
  shown: 'mllp://127.0.0.1:2575',
  fallback: [{ host: '127.0.0.1', port: 2575, isTls: false }],
  parse: (value) => value.split(',').map((each) => listenAddress(each.trim())),
};

/** An address that the gateway listens on. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const dicomListener: Setting<ListenAddress | undefined> = {
  name: 'DICOM_LISTEN',
  text: 'Where modalities ask for the worklist and tell what they perform (DIMSE); with TLS, by the certificates of HL7 v2.',
  accepts: 'dicom://HOST:PORT (plain) or dicoms://HOST:PORT (TLS)',
  shown: 'none: no DIMSE',
  fallback: undefined,
  parse: (value) => ({ ...hostAndPort(value, ['dicom', 'dicoms']), isTls: value.startsWith('dicoms:') }),
};

const httpListener: Setting<HostAndPort | undefined> = {
  name: 'HL7_HTTP',
  text: 'Where the gateway answers over HTTP: its figures, messages for the console, images and their viewer.',
  accepts: 'http://HOST:PORT, or off',
  shown: 'http://127.0.0.1:2580',
  fallback: { host: '127.0.0.1', port: 2580 },
  parse(value) {
    if (value === 'off') return undefined;
    return hostAndPort(value, ['http']);
  },
};

/** Value representation AE, without blanks around it. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html */
const aeTitle: Setting<string> = {
  name: 'DICOM_AE_TITLE',
  text: 'Application entity title of the gateway.',
  accepts: '1 to 16 characters without backslash',
  shown: 'ATHANOR',
  fallback: 'ATHANOR',
  parse(value) {
    if (!/^[!-[\]-~](?:[ -[\]-~]{0,14}[!-[\]-~])?$/.test(value)) throw new Error('no title');
    return value;
  },
};

function listenAddress(value: string): ListenAddress {
  return { ...hostAndPort(value, ['mllp', 'mllps']), isTls: value.startsWith('mllps:') };
}

function hostAndPort(value: string, schemes: readonly string[]): HostAndPort {
  const match = /^([a-z]+):\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/[\]]+)):([0-9]{1,5})$/.exec(value);
  const port = Number(match?.[4]);
  if (match === null || !schemes.includes(match[1] ?? '') || port < 1 || port > 65_535) throw new Error('no address');
  return { host: match[2] ?? match[3] ?? '', port };
}

/** Every environment variable of the HL7 gateway; part of server/docs/config.md is generated from this table. */
export const GATEWAY_SETTINGS = {
  listen: listeners,
  tlsCertificate: optionalText(
    { name: 'HL7_TLS_CERT', text: 'File (PEM) with the certificate of mllps and dicoms listeners.' },
    'none',
  ),
  tlsKey: optionalText({ name: 'HL7_TLS_KEY', text: 'File (PEM) with the key of HL7_TLS_CERT.' }, 'none'),
  tlsClientCa: optionalText(
    {
      name: 'HL7_TLS_CLIENT_CA',
      text: 'File (PEM) with the authorities whose client certificates are taken; with it, mllps and dicoms listeners take nobody without one.',
    },
    'none',
  ),
  application: text(
    { name: 'HL7_APPLICATION', text: 'What the gateway calls itself in messages that it sends (MSH-3).' },
    'ATHANOR',
  ),
  facility: text({ name: 'HL7_FACILITY', text: 'Its facility (MSH-4).' }, ''),
  destinationCa: optionalText(
    { name: 'HL7_DESTINATION_CA', text: 'File (PEM) with the authorities of destinations that are reached by mllps.' },
    'those of this machine',
  ),
  destinationCertificate: optionalText(
    {
      name: 'HL7_DESTINATION_CERT',
      text: 'File (PEM) with the certificate that the gateway shows to mllps destinations.',
    },
    'none',
  ),
  destinationKey: optionalText(
    { name: 'HL7_DESTINATION_KEY', text: 'File (PEM) with the key of HL7_DESTINATION_CERT.' },
    'none',
  ),
  databaseUrl: optionalUrl(
    {
      name: 'DATABASE_URL',
      text: 'PostgreSQL in whose schema `hl7_gateway` messages are kept. `npm start` gives the gateway its own.',
    },
    ['postgres', 'postgresql'],
    'none; needed by `npm run gateway`',
  ),
  fhirUrl: text(
    {
      name: 'HL7_FHIR_URL',
      text: 'FHIR base of the server that messages are applied to. `npm start` gives the gateway its own.',
    },
    'http://localhost:8080/fhir/R4',
  ),
  clientId: optionalText(
    {
      name: 'HL7_CLIENT_ID',
      text: 'Client (backend services) as which the gateway signs in; it needs the role `gateway` and `system/*.cruds`.',
    },
    'none: without sign-in',
  ),
  clientKey: optionalText(
    { name: 'HL7_CLIENT_KEY', text: 'File (PEM, PKCS #8, P-384) with the private key of HL7_CLIENT_ID.' },
    'none',
  ),
  maxFrame: integer({ name: 'HL7_MAX_FRAME', text: 'Largest message.' }, 33_554_432, {
    min: 1024,
    max: 1_073_741_824,
    unit: 'bytes',
  }),
  maxLinks: integer({ name: 'HL7_MAX_LINKS', text: 'Connections of senders at once; more are refused.' }, 500, {
    min: 1,
    max: 100_000,
  }),
  idleTimeout: integer({ name: 'HL7_IDLE_TIMEOUT', text: 'How long a connection may say nothing; 0: for ever.' }, 0, {
    min: 0,
    max: 604_800,
    unit: 'seconds',
  }),
  frameTimeout: integer(
    { name: 'HL7_FRAME_TIMEOUT', text: 'How long the rest of a message that has begun may take.' },
    60,
    { min: 1, max: 86_400, unit: 'seconds' },
  ),
  lanes: integer({ name: 'HL7_LANES', text: 'Messages (of different patients) that are applied at once.' }, 8, {
    min: 1,
    max: 256,
  }),
  timeZone: text(
    { name: 'HL7_TIME_ZONE', text: 'IANA zone of timestamps without offset, where a partner says nothing else.' },
    'UTC',
  ),
  http: httpListener,
  httpUrl: optionalUrl(
    {
      name: 'HL7_HTTP_URL',
      text: 'Where browsers reach what HL7_HTTP serves, when that is another address (a proxy in front).',
    },
    ['http', 'https'],
    'HL7_HTTP',
  ),
  dicom: dicomListener,
  aeTitle,
  pacsDicomWeb: optionalUrl(
    {
      name: 'PACS_DICOMWEB',
      text: 'DICOMweb base of the PACS, such as `http://pacs:8042/dicom-web`: studies become ImagingStudies, and are shown through the gateway.',
    },
    ['http', 'https'],
    'none: no PACS',
  ),
  pacsOrthanc: optionalUrl(
    {
      name: 'PACS_ORTHANC',
      text: "Base of the same PACS' own REST interface, where it is an Orthanc: changes are seen at once, and merges of patients are carried out there.",
    },
    ['http', 'https'],
    'none: PACS_DICOMWEB is asked',
  ),
  pacsUser: optionalText({ name: 'PACS_USER', text: 'User as whom the gateway signs in to the PACS.' }, 'none'),
  pacsPassword: optionalText({ name: 'PACS_PASSWORD', text: 'Password of PACS_USER.' }, 'none'),
  pacsHookSecret: optionalText(
    {
      name: 'PACS_HOOK_SECRET',
      text: 'Secret that `POST /pacs/hook` takes in the header `X-Hook-Secret`: a PACS that calls it is looked at at once. Without it, it is looked at every second.',
    },
    'none: no hook',
  ),
  secret: optionalText(
    {
      name: 'HL7_GATEWAY_SECRET',
      text: 'What the FHIR server shows when it asks about messages for its users: at least 32 characters. `npm start` makes one.',
    },
    'none: nobody is told',
  ),
  alertAge: integer(
    {
      name: 'HL7_ALERT_AGE',
      text: 'Age of the oldest message that waits (to be sent, or for a person) from which people are told, once; 0: never.',
    },
    3600,
    { min: 0, max: 31_536_000, unit: 'seconds' },
  ),
  logLevel: choice({ name: 'LOG_LEVEL', text: 'Least level that is logged.' }, 'info', LOG_LEVELS),
} as const;

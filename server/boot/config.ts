import { readUpstreamServers, type UpstreamServers } from '../../terminology/upstream/upstream-systems.ts';
import { LOG_LEVELS } from '../kernel/log.ts';
import { ALL_MODULES, readSelection } from '../registry/selection.ts';
import { DEFAULT_PROTECTED, type ProtectedParts } from '../protection/rules.ts';
import { REACTION_SETTINGS } from './reaction-settings.ts';
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts';
import {
  choice,
  cores,
  flag,
  integer,
  optionalText,
  optionalUrl,
  readSettings,
  text,
  type Setting,
  type Settings,
} from '../kernel/setting.ts';
import { profilesByType, validationLevels } from './validation-settings.ts';

const HOUR = 3_600_000;
const GIB = 1_073_741_824;

/** Every environment variable of the server; server/docs/config.md is generated from this table. */
export const SETTINGS = {
  host: text(
    {
      name: 'HOST',
      text: 'Address to listen on. Everything but a loopback address (127.0.0.1, ::1, localhost) needs sign-in.',
    },
    '127.0.0.1',
  ),
  port: integer({ name: 'PORT', text: 'Port to listen on.' }, 8080, { min: 1, max: 65_535 }),
  dataDir: text(
    { name: 'DATA_DIR', text: 'Folder of the embedded PostgreSQL and of files that the server writes.' },
    './data',
  ),
  packagesDir: optionalText(
    {
      name: 'PACKAGES_DIR',
      text: 'Folder whose FHIR packages (`*.tgz`) are installed at start. What is in it and installed already costs nothing but reading it.',
    },
    'packages in DATA_DIR',
  ),
  databaseUrl: optionalUrl(
    { name: 'DATABASE_URL', text: 'An external PostgreSQL (15 to 18); its user must be allowed to create tables.' },
    ['postgres', 'postgresql'],
    'the embedded PostgreSQL',
  ),
  redisUrl: optionalUrl(
    {
      name: 'REDIS_URL',
      text: 'Redis in which several instances share rate limits and through which they hand out jobs. While it is away each counts for itself; no job is lost.',
    },
    ['redis', 'rediss'],
    'none',
  ),
  modules: {
    name: 'MODULES',
    text: 'Modules that are enabled: `all`, or names; one with `-` before it is left out (`all,-claims`). Glue modules follow those that they join.',
    accepts: '`all`, or names of modules separated by commas, with `-` before those that are left out',
    shown: 'all',
    fallback: ALL_MODULES,
    parse: readSelection,
  },
  hl7Gateway: choice(
    {
      name: 'HL7_GATEWAY',
      text: 'Whether the HL7 gateway is started with the server; it can run alone as well (`npm run gateway`).',
    },
    'on',
    ['on', 'off'],
  ),
  hl7DatabaseUrl: optionalUrl(
    {
      name: 'HL7_DATABASE_URL',
      text: 'DATABASE_URL as a role of the HL7 gateway, which needs schema `hl7_gateway` and nothing else. The embedded PostgreSQL has one by itself.',
    },
    ['postgres', 'postgresql'],
    'DATABASE_URL',
  ),
  hl7GatewayUrl: {
    ...text(
      {
        name: 'HL7_GATEWAY_URL',
        text: 'Where the HL7 gateway answers over HTTP, so that its messages can be seen and worked on here. `npm start` takes it from HL7_HTTP.',
      },
      'http://127.0.0.1:2580',
    ),
    accepts: 'a URL that starts with http:// or https://',
    parse: gatewayUrl,
  },
  hl7GatewaySecret: {
    ...optionalText(
      {
        name: 'HL7_GATEWAY_SECRET',
        text: 'What this server shows the HL7 gateway, which has the same. `npm start` makes one for both.',
      },
      'none: messages cannot be seen here',
    ),
    accepts: 'at least 32 characters without blanks',
    parse: secretText,
  },
  workers: cores({ name: 'WORKERS', text: 'Number of API worker processes; they share the port.' }),
  auth: choice(
    {
      name: 'AUTH',
      text: 'Whether requests need sign-in. `auto`: `off` while only this machine is served (HOST and BASE_URL are loopback and NODE_ENV is not `production`), otherwise `on`. `off` is refused for every other HOST.',
    },
    'auto',
    ['auto', 'on', 'off'],
  ),
  logLevel: choice(
    { name: 'LOG_LEVEL', text: 'Least level that is logged; `debug` writes a line for each request.' },
    'info',
    LOG_LEVELS,
  ),
  baseUrl: optionalUrl(
    {
      name: 'BASE_URL',
      text: 'FHIR base URL as clients see it, such as https://fhir.example.org/fhir/R4. Literal references that start with it are references to this server.',
    },
    ['http', 'https'],
    'http://localhost:PORT/fhir/R4; links follow the Host header',
  ),
  referentialIntegrity: flag(
    {
      name: 'REFERENTIAL_INTEGRITY',
      text: 'Whether a literal reference within the base must name a resource that exists, and a resource that is referred to cannot be deleted.',
    },
    true,
  ),
  validation: validationLevels({
    name: 'VALIDATION',
    text: 'What writes are checked for. `full`: elements, invariants, codes, profiles, rules of the type. `structure`: elements, cardinality and formats only. Types may differ: `full,AuditEvent=structure`.',
  }),
  profiles: profilesByType({
    name: 'PROFILES',
    text: 'Profiles that every resource of a type must meet, besides those in its `meta.profile`: `Patient=https://example.org/StructureDefinition/p|1.0,Observation=…`; a type may come several times.',
  }),
  upstream: {
    name: 'TX_UPSTREAM',
    text: 'Code systems that another FHIR server is asked about. While it does not answer, their codes count as unknown, neither valid nor invalid.',
    accepts: 'SYSTEM=BASE-URL, separated by commas',
    shown: 'none',
    fallback: new Map(),
    parse: readUpstreamServers,
  } satisfies Setting<UpstreamServers>,
  wrongDisplays: choice(
    {
      name: 'WRONG_DISPLAYS',
      text: 'What a display is that its code system does not have: a `warning`, or an `error`, which refuses the write.',
    },
    'warning',
    ['warning', 'error'],
  ),
  defaultPageSize: integer(
    { name: 'DEFAULT_PAGE_SIZE', text: 'Entries of a search or history page without `_count`.' },
    20,
    { min: 1, max: 1000 },
  ),
  maxPageSize: integer(
    { name: 'MAX_PAGE_SIZE', text: 'Most entries of a page; a larger `_count` is lowered to it.' },
    1000,
    {
      min: 1,
      max: 10_000,
    },
  ),
  maxIncludes: integer(
    { name: 'MAX_INCLUDES', text: 'Most resources that `_include` and `_revinclude` add to a page.' },
    1000,
    { min: 0, max: 10_000 },
  ),
  maxBundleEntries: integer({ name: 'MAX_BUNDLE_ENTRIES', text: 'Most entries of a batch or transaction.' }, 5000, {
    min: 1,
    max: 100_000,
  }),
  maxBodySize: integer({ name: 'MAX_BODY_SIZE', text: 'Largest body, before and after decompression.' }, 33_554_432, {
    min: 1024,
    max: GIB,
    unit: 'bytes',
  }),
  maxRunning: integer(
    { name: 'MAX_RUNNING_REQUESTS', text: 'FHIR requests that one worker handles at once; more wait, then get 503.' },
    64,
    { min: 1, max: 10_000 },
  ),
  poolSize: integer({ name: 'DATABASE_POOL_SIZE', text: 'Connections to PostgreSQL of one worker.' }, 10, {
    min: 1,
    max: 1000,
  }),
  poolTimeout: integer({ name: 'DATABASE_POOL_TIMEOUT', text: 'Longest wait for a connection to PostgreSQL.' }, 5000, {
    min: 100,
    max: HOUR,
    unit: 'milliseconds',
  }),
  statementTimeout: integer({ name: 'STATEMENT_TIMEOUT', text: 'Longest run of one SQL statement.' }, 15_000, {
    min: 100,
    max: HOUR,
    unit: 'milliseconds',
  }),
  requestTimeout: integer(
    { name: 'REQUEST_TIMEOUT', text: 'Longest time that a request may take to arrive.' },
    30_000,
    { min: 1000, max: HOUR, unit: 'milliseconds' },
  ),
  shutdownTimeout: integer(
    { name: 'SHUTDOWN_TIMEOUT', text: 'Longest wait for requests under way after SIGTERM.' },
    25_000,
    { min: 0, max: HOUR, unit: 'milliseconds' },
  ),
  ...SIGN_IN_SETTINGS,
  ...REACTION_SETTINGS,
} as const;

type ReadSettings = Settings<typeof SETTINGS>;
export type Config = Omit<ReadSettings, 'auth' | 'audit' | 'protected'> & {
  readonly auth: 'on' | 'off';
  readonly audit: 'on' | 'off';
  readonly protected: ProtectedParts;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the configuration; `message` has one line per variable and is meant for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the environment; empty variables count as unset.
 * @throws ConfigError naming every variable at fault and what it takes
 */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const settings = readSettings(SETTINGS, env, problems);
  const auth = settings.auth === 'auto' ? (needsSignIn(settings, env) ? 'on' : 'off') : settings.auth;
  const config: Config = {
    ...settings,
    auth,
    audit: settings.audit === 'auto' ? auth : settings.audit,
    protected: settings.protected ?? (auth === 'on' ? DEFAULT_PROTECTED : new Map()),
  };
  if (config.auth === 'off' && !isLoopback(config.host)) {
    problems.push('AUTH: off is taken only while HOST is a loopback address: 127.0.0.1, ::1 or localhost.');
  }
  const isReachable = !isLoopback(config.host) || config.trustProxy !== undefined;
  if (config.auth === 'on' && isReachable && config.baseUrl === undefined) {
    problems.push(
      'BASE_URL: must be set, since links and the issuer of tokens need a name that clients cannot choose.',
    );
  }
  if ((config.tlsCertificate === undefined) !== (config.tlsKey === undefined)) {
    problems.push('TLS_CERT, TLS_KEY: both must be set, or neither.');
  }
  if (config.bulkStore === 's3' && config.s3Bucket === undefined) {
    problems.push('S3_BUCKET: must be set while BULK_STORE is s3.');
  }
  if ((config.s3AccessKeyId === undefined) !== (config.s3SecretAccessKey === undefined)) {
    problems.push('S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY: both must be set, or neither.');
  }
  if (config.defaultPageSize > config.maxPageSize) {
    problems.push('DEFAULT_PAGE_SIZE: must not be larger than MAX_PAGE_SIZE.');
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

/** @throws Error when it is none */
function gatewayUrl(value: string): string {
  if (!['http:', 'https:'].includes(new URL(value).protocol)) throw new Error('no web address');
  return value.replace(/\/+$/, '');
}

/** @throws Error for what is too short to be one */
function secretText(value: string): string {
  if (!/^[!-~]{32,}$/.test(value)) throw new Error('no secret');
  return value;
}

/** Whoever sets up a server for others must not have to remember to lock it. */
function needsSignIn({ host, baseUrl }: ReadSettings, env: Environment): boolean {
  const name = baseUrl === undefined ? 'localhost' : new URL(baseUrl).hostname.replace(/^\[|\]$/g, '');
  return env.NODE_ENV === 'production' || !isLoopback(host) || !isLoopback(name);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.[0-9]{1,3}){3}$/.test(host);
}

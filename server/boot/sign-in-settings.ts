import { readNetworks, type Networks } from '../kernel/networks.ts';
import { readMasterKeys, type MasterKeys } from '../protection/master-keys.ts';
import { readProtectedParts, type ProtectedParts } from '../protection/rules.ts';
import { choice, flag, integer, optionalText, optionalUrl, type Setting } from '../kernel/setting.ts';

/** A set of addresses; undefined (the default) means `shown`. */
function networks(
  words: { readonly name: string; readonly text: string },
  shown: string,
): Setting<Networks | undefined> {
  const accepts = 'IP addresses and CIDR ranges, separated by commas';
  return { ...words, accepts, shown, fallback: undefined, parse: readNetworks };
}

function limit(name: string, text: string, fallback: number): Setting<number> {
  return integer({ name, text }, fallback, { min: 0, max: 1_000_000_000, unit: 'points a minute' });
}

/** Variables that matter once sign-in is on. */
export const SIGN_IN_SETTINGS = {
  audit: choice(
    {
      name: 'AUDIT',
      text: 'Whether every access is recorded as an AuditEvent; `auto`: as AUTH. With it AuditEvent is append-only.',
    },
    'auto',
    ['auto', 'on', 'off'],
  ),
  auditYears: integer(
    { name: 'AUDIT_RETENTION', text: 'How long audit events are kept, unless a legal hold keeps them longer.' },
    6,
    { min: 1, max: 100, unit: 'years' },
  ),
  auditHeads: optionalText(
    {
      name: 'AUDIT_HEADS',
      text: 'Folder for the signed heads of the audit chain; best one that whoever owns the database cannot change.',
    },
    'audit-heads in DATA_DIR',
  ),
  networkCountries: optionalText(
    {
      name: 'NETWORK_COUNTRIES',
      text: 'File with lines of `CIDR,COUNTRY`, by which the audit trail is watched for one account in two countries.',
    },
    'not watched',
  ),
  bulkExporters: {
    name: 'BULK_EXPORTERS',
    text: 'Who may take many records at once without being reported as a possible breach: `client/ID`, `Practitioner/1`.',
    accepts: 'names as in the audit trail, separated by commas',
    shown: 'nobody',
    fallback: [],
    parse: (value) =>
      value
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
  } satisfies Setting<readonly string[]>,
  retentionYears: integer(
    {
      name: 'RETENTION_YEARS',
      text: "For how long after its last entry a patient's record cannot be erased; 0: no such time.",
    },
    0,
    { min: 0, max: 100, unit: 'years' },
  ),
  protected: {
    name: 'PROTECTED',
    text: 'What is stored encrypted: `default` (identifiers of national and insurance systems, Coverage.identifier, Coverage.subscriberId), systems of identifiers (URIs) and element paths (Observation.note); `2/` before a part: of tenant 2 only; `off`: nothing.',
    accepts: '`off`, `default`, URIs and element paths, separated by commas',
    shown: '`default` when AUTH is on, otherwise `off`',
    fallback: undefined,
    parse: readProtectedParts,
  } satisfies Setting<ProtectedParts | undefined>,
  masterKey: {
    name: 'MASTER_KEY',
    text: 'Key that wraps all others. Keep a copy apart from the database: without it what is encrypted is lost.',
    accepts: '32 bytes in base64; older keys may follow, separated by commas',
    shown: '`master.key` in DATA_DIR, made at first start',
    fallback: undefined,
    parse: readMasterKeys,
  } satisfies Setting<MasterKeys | undefined>,
  sessionIdle: integer(
    { name: 'SESSION_IDLE', text: "A browser's session ends when nothing is asked with it for so long." },
    15,
    { min: 2, max: 60, unit: 'minutes' },
  ),
  sessionAbsolute: integer(
    { name: 'SESSION_ABSOLUTE', text: "A browser's session ends after this time in any case." },
    12,
    { min: 1, max: 24, unit: 'hours' },
  ),
  secondFactor: choice(
    {
      name: 'SECOND_FACTOR',
      text: 'Who must have a second factor; `staff`: every account of a Practitioner.',
    },
    'staff',
    ['optional', 'staff', 'all'],
  ),
  passwordHistory: integer(
    { name: 'PASSWORD_HISTORY', text: 'How many former passwords are refused; 12 is usual where a rule asks for it.' },
    0,
    { min: 0, max: 24 },
  ),
  passwordAge: integer(
    {
      name: 'PASSWORD_AGE',
      text: 'After which a password has to be changed; 0: never, as NIST SP 800-63B advises.',
    },
    0,
    { min: 0, max: 3650, unit: 'days' },
  ),
  smtpUrl: optionalUrl(
    {
      name: 'SMTP_URL',
      text: 'Mail server for invitations and password links, `smtp://host:587` or `smtps://user:password@host`; TLS is required unless it is this machine. Without it administrators hand links over.',
    },
    ['smtp', 'smtps'],
    'none',
  ),
  mailFrom: optionalText(
    { name: 'MAIL_FROM', text: "Sender of the server's mails." },
    'Athanor <no-reply@ORIGIN-HOST>',
  ),
  dynamicRegistration: flag(
    {
      name: 'DYNAMIC_REGISTRATION',
      text: 'Whether apps may register themselves (RFC 7591); they get patient/ and user/ scopes, and users are asked each.',
    },
    false,
  ),
  jwksPrivateAddresses: flag(
    {
      name: 'JWKS_PRIVATE_ADDRESSES',
      text: 'Whether keys of clients (`jwks_uri`) may be fetched by plain http and from addresses that are not public.',
    },
    false,
  ),
  trustProxy: networks(
    {
      name: 'TRUST_PROXY',
      text: 'Proxies in front of this server: only from them X-Forwarded-For, -Proto and -Host are believed.',
    },
    'none',
  ),
  allowedNetworks: networks(
    { name: 'ALLOWED_NETWORKS', text: 'Addresses that may use this server; others get 403.' },
    'all',
  ),
  limitAddress: integer(
    {
      name: 'RATE_LIMIT_IP',
      text: 'What one address (of IPv6: one /64) may ask for, before it is known who asks; 0: no limit. With several workers and without REDIS_URL each worker takes its share.',
    },
    60_000,
    { min: 0, max: 1_000_000_000, unit: 'requests a minute' },
  ),
  limitUser: limit(
    'RATE_LIMIT_USER',
    'What one account may ask for; 0: no limit. A read costs 1, a history 10, searches and operations 20, a write 100, a Bundle 100 and 10 for each entry.',
    60_000,
  ),
  limitClient: limit('RATE_LIMIT_CLIENT', 'What one client or API key may ask for; 0: no limit.', 300_000),
  limitTenant: limit('RATE_LIMIT_TENANT', 'What one tenant may ask for; 0: no limit.', 1_000_000),
  limitSignIn: integer(
    {
      name: 'SIGN_IN_LIMIT',
      text: 'Attempts to sign in, to reset a password, to use a link or to register an app, from one address; 0: no limit.',
    },
    60,
    { min: 0, max: 1_000_000, unit: 'attempts a minute' },
  ),
  maxConnectionsPerIp: integer(
    { name: 'MAX_CONNECTIONS_PER_IP', text: 'Open connections of one address at one worker, trusted proxies aside.' },
    256,
    { min: 1, max: 100_000 },
  ),
  tlsCertificate: optionalText(
    {
      name: 'TLS_CERT',
      text: 'PEM file with the certificate and its chain: the server then speaks HTTPS (TLS 1.2 and 1.3). A renewed file is taken up within 10 seconds.',
    },
    'plain HTTP',
  ),
  tlsKey: optionalText({ name: 'TLS_KEY', text: 'PEM file with the key of TLS_CERT.' }, 'none'),
} as const;

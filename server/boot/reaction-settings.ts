import { choice, flag, integer, optionalText, optionalUrl, text } from '../kernel/setting.ts';

/** Of what reacts to changes and to other systems: subscriptions, bots, CDS Hooks. */
export const REACTION_SETTINGS = {
  subscriptionPrivateAddresses: flag(
    {
      name: 'SUBSCRIPTION_PRIVATE_ADDRESSES',
      text: 'Whether notifications may be sent by plain http and to addresses that are not public, for receivers within the organisation.',
    },
    false,
  ),
  subscriptionTimeout: integer(
    { name: 'SUBSCRIPTION_TIMEOUT', text: 'How long a receiver of a notification may take to answer.' },
    10_000,
    { min: 1000, max: 60_000, unit: 'milliseconds' },
  ),
  botThreads: integer(
    { name: 'BOT_THREADS', text: 'Threads in which each worker runs the bots of customers; 0: it runs none.' },
    2,
    { min: 0, max: 64 },
  ),
  botPrivateHosts: flag(
    {
      name: 'BOT_PRIVATE_HOSTS',
      text: 'Whether bots may fetch by plain http and from addresses that are not public, of the hosts that their deployment names.',
    },
    false,
  ),
  botRunDays: integer({ name: 'BOT_RUN_DAYS', text: 'How long records of the runs of bots are kept.' }, 30, {
    min: 1,
    max: 3650,
    unit: 'days',
  }),
  cdsHooks: optionalText(
    {
      name: 'CDS_HOOKS',
      text: 'File (JSON) with the CDS clients that may call the CDS services of this server, and the external CDS servers that it asks: server/docs/cds-hooks.md.',
    },
    'none',
  ),
  cdsTimeout: integer({ name: 'CDS_TIMEOUT', text: 'How long a CDS service of this server may take.' }, 5000, {
    min: 100,
    max: 60_000,
    unit: 'milliseconds',
  }),
  cdsPrivateAddresses: flag(
    {
      name: 'CDS_PRIVATE_ADDRESSES',
      text: 'Whether FHIR servers, keys and services in CDS_HOOKS may have addresses that are not public.',
    },
    false,
  ),
  importPrivateAddresses: flag(
    {
      name: 'IMPORT_PRIVATE_ADDRESSES',
      text: 'Whether $import may fetch files by plain http and from addresses that are not public.',
    },
    false,
  ),
  bulkStore: choice(
    {
      name: 'BULK_STORE',
      text: 'Where files of bulk exports are kept: `file` (BULK_DIR), or `s3` (a bucket of S3 or of what speaks its protocol).',
    },
    'file',
    ['file', 's3'],
  ),
  bulkDir: optionalText(
    {
      name: 'BULK_DIR',
      text: 'Folder of files of bulk exports; several machines must share it. Files hold data of patients for 24 hours.',
    },
    'bulk in DATA_DIR',
  ),
  s3Endpoint: optionalUrl(
    { name: 'S3_ENDPOINT', text: 'Address of a store that speaks the protocol of S3.' },
    ['http', 'https'],
    'that of AWS in S3_REGION',
  ),
  s3Region: text({ name: 'S3_REGION', text: 'Region of the bucket.' }, 'us-east-1'),
  s3Bucket: optionalText({ name: 'S3_BUCKET', text: 'Bucket for files of bulk exports.' }, 'none'),
  s3Prefix: text({ name: 'S3_PREFIX', text: 'What the names of files in the bucket begin with.' }, 'bulk/'),
  s3AccessKeyId: optionalText(
    { name: 'S3_ACCESS_KEY_ID', text: 'Id of the key to the bucket.' },
    'what the SDK of AWS finds: AWS_ACCESS_KEY_ID, roles of the machine',
  ),
  s3SecretAccessKey: optionalText(
    { name: 'S3_SECRET_ACCESS_KEY', text: 'The key to the bucket.' },
    'what the SDK of AWS finds',
  ),
} as const;

import { join } from 'node:path';
import type { BulkOptions } from '../bulk/bulk-options.ts';
import { createFolderStore } from '../bulk/stores/folder-store.ts';
import type { OutputStore } from '../bulk/stores/output-store.ts';
import type { Engine } from '../fhir/engine.ts';
import { loadForWork } from '../import/load-for-work.ts';
import type { Config } from './config.ts';

/** Resources of one file of an export. */
const PER_FILE = 50_000;

/** What bulk works need, as configured. */
export async function bulkOptions(config: Config, engine: Engine): Promise<BulkOptions> {
  return {
    engine,
    folder: join(config.dataDir, 'bulk-unfinished'),
    store: await storeOf(config),
    perFile: PER_FILE,
    allowPrivate: config.importPrivateAddresses,
    loadFiles: loadForWork(engine),
  };
}

async function storeOf(config: Config): Promise<OutputStore> {
  const { bulkStore, s3Bucket: bucket, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if (bulkStore === 'file' || bucket === undefined) {
    return createFolderStore(config.bulkDir ?? join(config.dataDir, 'bulk'));
  }
  // A server that keeps files in a folder loads none of the SDK.
  const { createS3Store } = await import('../bulk/stores/s3-store.ts');
  return createS3Store({
    endpoint: config.s3Endpoint,
    region: config.s3Region,
    bucket,
    prefix: config.s3Prefix,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey },
  });
}

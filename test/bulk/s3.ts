import S3rver from 's3rver';
import type { S3Settings } from '../../server/bulk/stores/s3-store.ts';

export interface S3 {
  readonly settings: S3Settings;
  close(): Promise<void>;
}

/** A server that speaks the protocol of S3, on this machine. */
export async function openS3(directory: string): Promise<S3> {
  const bucket = 'athanor';
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      bucket,
      prefix: 'exports/',
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    },
    close: () => server.close(),
  };
}

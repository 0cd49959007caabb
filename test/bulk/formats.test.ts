import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { createS3Store } from '../../server/bulk/stores/s3-store.ts';
import { openBulkServer, type BulkServer, type Exported } from './bulk-server.ts';
import { openS3, type S3 } from './s3.ts';

/** Files in a bucket, and files in columns. */
let folder: string;
let s3: S3;
let server: BulkServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'athanor-formats-'));
  s3 = await openS3(folder);
  server = await openBulkServer({ store: createS3Store(s3.settings) });
  const entry = Array.from({ length: 30 }, (_, index) => ({
    resource: {
      resourceType: 'Observation',
      id: `o${index}`,
      status: index % 2 === 0 ? 'final' : 'amended',
      code: { text: 'Größe \u2028 in Zeilen' },
      subject: { reference: 'Patient/p' },
      ...(index === 0 ? {} : { valueQuantity: { value: index } }),
    },
    request: { method: 'PUT', url: `Observation/o${index}` },
  }));
  const patient = { resource: { resourceType: 'Patient', id: 'p' }, request: { method: 'PUT', url: 'Patient/p' } };
  const { status } = await server.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [patient, ...entry],
  });
  if (status !== 200) throw new Error(`${status}`);
});
afterAll(async () => {
  await server.close();
  await s3.close();
  await rm(folder, { recursive: true });
});

test('files in a bucket are served by the server itself', async () => {
  expect(await server.exported('$export?_type=Observation')).toHaveLength(30);
});

test('Parquet holds each resource as it is, and columns by which it is found', async () => {
  const lines = await server.resources((await server.export('$export')).output);
  const { output } = await server.export('$export?_outputFormat=application/vnd.apache.parquet');
  const found: Exported[] = [];
  for (const { url, count, type } of output) {
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    const bytes = await response.arrayBuffer();
    expect(String(bytes.byteLength)).toBe(response.headers.get('content-length'));
    const rows = await parquetReadObjects({ file: bytes });
    expect(rows).toHaveLength(count);
    for (const row of rows) {
      const resource = JSON.parse(String(row.resource)) as Exported & {
        readonly meta: Record<string, string>;
      };
      expect(resource.resourceType).toBe(type);
      expect(row).toMatchObject({
        id: resource.id,
        version: Number(resource.meta.versionId),
        status: resource.status ?? null,
      });
      expect(row.lastUpdated).toEqual(new Date(resource.meta.lastUpdated ?? ''));
      expect(row.patient).toBe(type === 'Observation' ? 'Patient/p' : null);
      found.push(resource);
    }
  }
  const byId = (a: Exported, b: Exported): number => a.id.localeCompare(b.id);
  expect(found.sort(byId)).toEqual([...lines].sort(byId));
});

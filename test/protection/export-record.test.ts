import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { exportRecordOperation } from '../../server/fhir/operations/export-record.ts';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';
import { isSignedBy } from '../../server/protection/signer.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, SSN } from './protected-server.ts';

let server: FhirServer;
let files: ReadonlyMap<string, Buffer>;
let archive: Buffer;

beforeAll(async () => {
  server = await openFhirServer({
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
    isAudited: true,
    validation: 'structure',
    operations: ({ protection }) => (protection === undefined ? [] : [exportRecordOperation(protection.signer)]),
  });
  const put = async (resource: { readonly resourceType: string; readonly id: string }): Promise<void> => {
    expect((await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource)).status).toBeLessThan(300);
  };
  await put({ resourceType: 'Patient', id: 'p', identifier: [{ system: SSN, value: '123-45-6789' }] } as never);
  await put({ resourceType: 'Patient', id: 'stranger' });
  await server.send(
    'PUT',
    'Observation/o',
    '{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"valueQuantity":{"value":1.500}}',
  );
  await put({
    resourceType: 'Observation',
    id: 'other',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/stranger' },
  } as never);
  await put({
    resourceType: 'Binary',
    id: 'scan',
    contentType: 'text/plain',
    data: Buffer.from('a scan').toString('base64'),
  } as never);
  await put({
    resourceType: 'DocumentReference',
    id: 'd',
    status: 'current',
    subject: { reference: 'Patient/p' },
    content: [{ attachment: { url: 'Binary/scan' } }, { attachment: { url: 'Binary/gone' } }],
  } as never);
  archive = await fetchZip('*/*');
  files = unzip(archive);
});
afterAll(() => server.close());

async function fetchZip(accept: string): Promise<Buffer> {
  const answer = await fetch(`${server.base}/Patient/p/$export-record`, { headers: { Accept: accept } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
  return Buffer.from(await answer.arrayBuffer());
}

/** By the directory at the end, as programs read archives. */
function unzip(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [packed, length] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26);
    found.set(name, inflateRawSync(bytes.subarray(start, start + packed)));
    at += 46 + length;
  }
  return found;
}

test('holds everything of the patient, with the digits as written, and nothing of others', () => {
  expect([...files.keys()].sort()).toEqual([
    'audit/AuditEvent.ndjson',
    'documents/scan',
    'key.pem',
    'manifest.json',
    'manifest.sig',
    'resources/DocumentReference.ndjson',
    'resources/Observation.ndjson',
    'resources/Patient.ndjson',
  ]);
  const observations = files.get('resources/Observation.ndjson')?.toString() ?? '';
  expect(observations).toContain('"value":1.500');
  expect(observations.trim().split('\n')).toHaveLength(1);
  expect(files.get('resources/Patient.ndjson')?.toString()).toContain('123-45-6789');
  expect(files.get('documents/scan')?.toString()).toBe('a scan');
  expect([...files.values()].join('\n')).not.toContain('stranger');
});

test('the manifest names every file with its hash, and is signed', () => {
  const text = files.get('manifest.json')?.toString() ?? '';
  const manifest = JSON.parse(text) as { files: { name: string; sha256: string }[]; patient: string };
  expect(manifest.patient).toBe('Patient/p');
  expect(manifest.files.map(({ name }) => name).sort()).toEqual(
    [...files.keys()].filter((name) => !/^(manifest|key)\./.test(name)).sort(),
  );
  for (const { name, sha256 } of manifest.files) {
    expect(
      createHash('sha256')
        .update(files.get(name) ?? '')
        .digest('hex'),
    ).toBe(sha256);
  }
  const [key, signature] = [files.get('key.pem')?.toString() ?? '', files.get('manifest.sig')?.toString() ?? ''];
  expect(isSignedBy(key, text, signature)).toBe(true);
  expect(isSignedBy(key, text.replace('Patient/p', 'Patient/q'), signature)).toBe(false);
});

test('another program reads the archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-zip-'));
  const path = join(folder, 'record.zip');
  writeFileSync(path, archive);
  const script =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
  execFileSync('python3', ['-c', script, path, folder]);
  expect(readFileSync(join(folder, 'documents/scan'), 'utf8')).toBe('a scan');
  rmSync(folder, { recursive: true });
});

test('is given as the media type that is asked for', async () => {
  expect(unzip(await fetchZip('application/zip')).size).toBe(8);
  const { body, status } = await server.get('Patient/p/$export-record', { Accept: 'application/fhir+json' });
  expect([status, body.resourceType, body.contentType]).toEqual([200, 'Binary', 'application/zip']);
  expect(unzip(Buffer.from(String(body.data), 'base64')).size).toBe(8);
});

test('of nobody there is none', async () => {
  expect((await server.get('Patient/nobody/$export-record')).status).toBe(404);
  expect((await server.get('Patient/p/$export-record?x=1')).status).toBe(400);
});

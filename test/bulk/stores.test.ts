import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createFolderStore } from '../../server/bulk/stores/folder-store.ts';
import type { OutputStore } from '../../server/bulk/stores/output-store.ts';
import { createS3Store } from '../../server/bulk/stores/s3-store.ts';
import { openS3, type S3 } from './s3.ts';

let folder: string;
let s3: S3;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'athanor-stores-'));
  s3 = await openS3(join(folder, 's3'));
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

describe.each<[string, () => OutputStore]>([
  ['a folder', () => createFolderStore(join(folder, 'files'))],
  ['a bucket', () => createS3Store(s3.settings)],
])('%s', (_name, create) => {
  let store: OutputStore;
  beforeAll(() => (store = create()));
  afterAll(() => store.close());

  async function file(content: string): Promise<string> {
    const path = join(folder, randomUUID());
    await writeFile(path, content);
    return path;
  }

  test.each([0, 10, 9_000_000])('gives back a file of %i bytes', async (length) => {
    const content = randomBytes(length / 2).toString('hex');
    const work = randomUUID();
    await store.put(work, 'Patient-1.ndjson', await file(content));
    expect((await text(store.open(work, 'Patient-1.ndjson'))) === content).toBe(true);
  });

  test('a second file of the name replaces the first', async () => {
    const work = randomUUID();
    await store.put(work, 'a', await file('first'));
    await store.put(work, 'a', await file('second'));
    expect(await text(store.open(work, 'a'))).toBe('second');
  });

  test('a file that is not there fails when it is read', async () => {
    await expect(text(store.open(randomUUID(), 'none'))).rejects.toThrow();
  });

  test('a work is dropped with all of its files, and no other one', async () => {
    const [gone, kept] = [randomUUID(), randomUUID()];
    for (const name of ['a', 'b']) await store.put(gone, name, await file(name));
    await store.put(kept, 'a', await file('kept'));
    await store.drop(gone);
    await store.drop(gone);
    await expect(text(store.open(gone, 'a'))).rejects.toThrow();
    expect(await text(store.open(kept, 'a'))).toBe('kept');
  });
});

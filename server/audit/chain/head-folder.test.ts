import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headFolder } from './head-folder.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'head-folder-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const head = { seq: 7, at: 1000, hash: Buffer.from('aa', 'hex'), cut: null, key: 'k', signature: Buffer.from('sign') };
const name = '0000000000000007-1000.json';

test('processes that sign the same at the same moment write it once', async () => {
  const folder = headFolder(path);
  await Promise.all(Array.from({ length: 20 }, () => folder.write(head)));
  expect(await folder.read()).toEqual({ heads: [head], unreadable: [] });
});

test('what another process is writing is waited for', async () => {
  const folder = headFolder(path);
  await folder.write(head);
  const whole = JSON.stringify({ ...head, hash: 'aa', signature: head.signature.toString('base64') });
  await rm(join(path, name), { force: true });
  await writeFile(join(path, name), whole.slice(0, 10));
  const written = folder.write(head);
  await appendFile(join(path, name), `${whole.slice(10)}\n`);
  await written;
  expect((await folder.read()).heads).toEqual([head]);
});

test('another head under the same name is an error, and stays', async () => {
  const folder = headFolder(path);
  await folder.write(head);
  await expect(folder.write({ ...head, hash: Buffer.from('bb', 'hex') })).rejects.toThrow('EEXIST');
  expect((await folder.read()).heads).toEqual([head]);
});

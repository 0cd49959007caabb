import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder, isReachable, machineFolder, socketFolder, type Owner } from './machine-folders.ts';

const folder = mkdtempSync(join('/tmp', 'athanor-folders-'));
const open = join(folder, 'open');
const closed = join(folder, 'closed');
const isRoot = process.getuid?.() === 0;
const owner: Owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

beforeAll(() => {
  chmodSync(folder, 0o755);
  mkdirSync(open, { mode: 0o755 });
  mkdirSync(join(closed, 'data'), { recursive: true });
  chmodSync(closed, 0o700);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder is reachable when every folder above it can be entered', () => {
  expect(isReachable(open)).toBe(true);
  expect(isReachable(closed)).toBe(false);
  expect(isReachable(join(closed, 'data'))).toBe(false);
});

test('the database stands in the data folder, whoever owns it', () => {
  expect(clusterFolder(open, owner)).toBe(join(open, 'postgres'));
  expect(clusterFolder(join(closed, 'data'), undefined)).toBe(join(closed, 'data/postgres'));
});

// Only root has a second user to care for.
(isRoot ? test : test.skip)('a data folder that user postgres cannot enter holds a link', () => {
  const target = clusterFolder(join(closed, 'data'), owner);
  expect(target.startsWith(`${machineFolder()}/postgres-`)).toBe(true);
  expect(readlinkSync(join(closed, 'data/postgres'))).toBe(target);
  expect(clusterFolder(join(closed, 'data'), owner)).toBe(target);
});

test('a socket folder can be entered by its owner alone', () => {
  const socket = socketFolder(open, isRoot ? owner : undefined);
  expect(statSync(socket).mode & 0o777).toBe(0o700);
  expect(lstatSync(socket).uid).toBe(owner.uid);
  expect(socket.length).toBeLessThan(90);
  rmSync(socket, { recursive: true });
});

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { addMasterKey, dropOldMasterKeys, openMasterKeyFile, readMasterKeys } from './master-keys.ts';
import { createSealer } from './sealer.ts';

describe('a sealer', () => {
  const key = randomBytes(32);
  const sealer = createSealer(key);
  const sealed = sealer.seal(Buffer.from('secret'), 'totp 1');

  test('opens what it sealed, and never seals alike', () => {
    expect(sealer.open(sealed, 'totp 1').toString()).toBe('secret');
    expect(createSealer(key).open(sealed, 'totp 1').toString()).toBe('secret');
    expect(sealer.seal(Buffer.from('secret'), 'totp 1').equals(sealed)).toBe(false);
    expect(sealed.includes('secret')).toBe(false);
  });

  test('refuses another purpose, another key and every changed bit', () => {
    expect(() => sealer.open(sealed, 'totp 2')).toThrow();
    expect(() => createSealer(randomBytes(32)).open(sealed, 'totp 1')).toThrow();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'totp 1')).toThrow();
    }
    expect(() => sealer.open(sealed.subarray(0, 20), 'totp 1')).toThrow();
  });
});

describe('the master key file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'athanor-keys-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is made once, for its owner alone', () => {
    const path = join(folder, 'sub', 'master.key');
    const first = openMasterKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openMasterKeyFile(path).current.id).toBe(first.current.id);
    expect(first.current.key).toHaveLength(32);
  });

  test('a process finds keys that another one added, and the old ones until they are dropped', () => {
    const path = join(folder, 'master.key');
    const running = openMasterKeyFile(path);
    const old = running.current;
    addMasterKey(path);
    const added = openMasterKeyFile(path).current;
    expect(running.find(added.id)).toBeUndefined();
    running.refresh();
    expect(added.id).not.toBe(old.id);
    expect(running.find(added.id)?.key.equals(added.key)).toBe(true);
    expect(running.current.id).toBe(added.id);
    expect(running.find(old.id)?.key.equals(old.key)).toBe(true);
    dropOldMasterKeys(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openMasterKeyFile(path).find(old.id)).toBeUndefined();
    expect(readFileSync(path, 'utf8').trim()).toBe(added.key.toString('base64'));
  });

  test.each(['', 'c2hvcnQ=', 'not base64 at all!'])('refuses "%s"', (text) => {
    expect(() => readMasterKeys(text).current).toThrow();
  });

  test('takes several keys, the first being the current one', () => {
    const [one, two] = [randomBytes(32), randomBytes(32)];
    const keys = readMasterKeys(`${one.toString('base64')},${two.toString('base64')}`);
    expect(keys.current.key.equals(one)).toBe(true);
    expect(keys.find(readMasterKeys(two.toString('base64')).current.id)?.key.equals(two)).toBe(true);
  });
});

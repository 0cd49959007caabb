import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { KEY_LENGTH } from './aead.ts';
import { createKeyFile } from './key-file.ts';

/**
 * The keys that stand outside of the database. The first wraps what is new; the others open what was wrapped before and
 * are of no use once everything is wrapped again (`athanor keys rotate --master`).
 */
export interface MasterKeys {
  readonly current: MasterKey;
  find(id: string): MasterKey | undefined;
  /** Another process may have added one. */
  refresh(): void;
}

export interface MasterKey {
  /** Made from the key, so that it need not be kept beside it; says nothing of it. */
  readonly id: string;
  readonly key: Buffer;
}

/** A key store outside of this machine fills the same interface. @throws Error unless the text is keys in base64 */
export function readMasterKeys(text: string): MasterKeys {
  const keys = parseKeys(text);
  return { current: firstOf(keys), find: (id) => keys.find((key) => key.id === id), refresh: () => undefined };
}

/** The keys in a file that only its owner may read; made with a random key when it does not exist. */
export function openMasterKeyFile(path: string): MasterKeys {
  createKeyFile(path, `${randomKey()}\n`);
  let keys = parseKeys(readFileSync(path, 'utf8'));
  return {
    get current() {
      return firstOf(keys);
    },
    find: (id) => keys.find((key) => key.id === id),
    refresh() {
      keys = parseKeys(readFileSync(path, 'utf8'));
    },
  };
}

/** Puts a new key before the others. */
export function addMasterKey(path: string): void {
  rewrite(path, `${randomKey()}\n${readFileSync(path, 'utf8')}`);
}

/** Drops all keys but the first. */
export function dropOldMasterKeys(path: string): void {
  rewrite(path, `${firstOf(parseKeys(readFileSync(path, 'utf8'))).key.toString('base64')}\n`);
}

function rewrite(path: string, text: string): void {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text, { mode: 0o600 });
  renameSync(own, path);
}

function randomKey(): string {
  return randomBytes(KEY_LENGTH).toString('base64');
}

function parseKeys(text: string): readonly MasterKey[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.map((word) => {
    const key = Buffer.from(word, 'base64');
    if (key.length !== KEY_LENGTH) throw new Error('a master key is 32 bytes in base64');
    return { key, id: createHash('sha256').update('athanor master key ').update(key).digest('hex').slice(0, 16) };
  });
}

function firstOf(keys: readonly MasterKey[]): MasterKey {
  const [first] = keys;
  if (first === undefined) throw new Error('there is no master key');
  return first;
}

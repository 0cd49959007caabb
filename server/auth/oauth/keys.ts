import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Sealer } from '../../protection/sealer.ts';
import type { Db, Queryable } from '../../storage/db.ts';
import { newSecret } from './secret.ts';

export interface SigningKey {
  readonly kid: string;
  readonly [member: string]: unknown;
}

/** Keys of the authorization server. */
export interface Keys {
  /** Tells apart one state of the keys from another. */
  readonly version: string;
  /** Private RSA keys as JWK: the current one first, the next and the previous one, which are published with it. */
  readonly signing: readonly SigningKey[];
  /** Secrets that sign cookies, the current one first. */
  readonly cookies: readonly string[];
}

type Purpose = 'sign' | 'cookie';
type State = 'next' | 'current' | 'previous';

interface Row {
  readonly id: string;
  readonly purpose: Purpose;
  readonly state: State;
  readonly sealed: Buffer;
}

const ORDER: readonly State[] = ['current', 'next', 'previous'];
const RSA_BITS = 2048;

/** The keys as they are now; the first process that asks makes them. */
export async function readKeys(db: Db, sealer: Sealer, now: number): Promise<Keys> {
  let rows = await rowsOf(db);
  if (rows.length === 0) {
    await exclusively(db, async (tx) => {
      if ((await rowsOf(tx)).length > 0) return;
      for (const state of ['current', 'next'] as const) await addKey(tx, sealer, 'sign', state, now);
      await addKey(tx, sealer, 'cookie', 'current', now);
    });
    rows = await rowsOf(db);
  }
  const ofPurpose = (purpose: Purpose): string[] =>
    rows
      .filter((row) => row.purpose === purpose)
      .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
      .map(({ id, sealed }) => sealer.open(sealed, aad(purpose, id)).toString());
  return {
    version: versionOf(rows),
    signing: ofPurpose('sign').map((text) => JSON.parse(text) as SigningKey),
    cookies: ofPurpose('cookie'),
  };
}

/** By which a process notices that keys were rotated by another one. */
export async function keysVersion(db: Db): Promise<string> {
  return versionOf(await rowsOf(db));
}

/**
 * The next signing key becomes the current one; clients know it already, because it was published beside the current one.
 * What the key before last signed is no longer accepted. Cookies' secrets change with it.
 */
export async function rotateKeys(db: Db, sealer: Sealer, now: number): Promise<void> {
  await exclusively(db, async (tx) => {
    await tx.query({ text: `delete from oauth_key where state = 'previous'`, values: [] });
    await tx.query({
      text: `update oauth_key set state = 'previous', since = $1 where state = 'current'`,
      values: [now],
    });
    await tx.query({ text: `update oauth_key set state = 'current', since = $1 where state = 'next'`, values: [now] });
    await addKey(tx, sealer, 'sign', 'next', now);
    await addKey(tx, sealer, 'cookie', 'current', now);
  });
}

function rowsOf(db: Queryable): Promise<Row[]> {
  return db.query<Row>({
    name: 'oauth_keys',
    text: 'select id, purpose, state, sealed from oauth_key order by id',
    values: [],
  });
}

function versionOf(rows: readonly Row[]): string {
  return rows.map(({ id, state }) => `${id}:${state}`).join(' ');
}

async function addKey(db: Queryable, sealer: Sealer, purpose: Purpose, state: State, now: number): Promise<void> {
  const id = randomUUID();
  const secret = purpose === 'sign' ? JSON.stringify(await newSigningKey(id)) : newSecret();
  await db.query({
    text: 'insert into oauth_key (id, purpose, state, sealed, since) values ($1, $2, $3, $4, $5)',
    values: [id, purpose, state, sealer.seal(Buffer.from(secret), aad(purpose, id)), now],
  });
}

async function newSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
}

function aad(purpose: Purpose, id: string): string {
  return `oauth-${purpose}:${id}`;
}

function exclusively(db: Db, work: (tx: Queryable) => Promise<void>): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('athanor oauth keys', 0))`, values: [] });
    await work(tx);
  });
}

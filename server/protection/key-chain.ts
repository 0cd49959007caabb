import { randomBytes } from 'node:crypto';
import type { Queryable } from '../storage/db.ts';
import { decrypt, encrypt, KEY_LENGTH } from './aead.ts';
import { findOrAddKeys, keysById, type KeyKind, type KeyRow, type NewKey } from './key-table.ts';
import type { MasterKeys } from './master-keys.ts';

/** A key out of the database, unwrapped. */
export interface DataKey {
  readonly id: number;
  readonly tenant: number;
  readonly owner: string;
  /** Undefined: it was destroyed, and what it encrypted is gone. */
  readonly key: Buffer | undefined;
}

/** Wraps and unwraps keys: a master key the tenants' keys, a tenant's key its patients' keys. */
export interface KeyChain {
  unwrap(row: KeyRow): Promise<DataKey>;
  /** The same keys of one tenant and kind, wrapped by what wraps new ones now; without those that were destroyed. */
  rewrap(rows: readonly KeyRow[]): Promise<readonly KeyRow[]>;
  /** Current keys by owner; those that do not exist yet are made. */
  current(tenant: number, kind: KeyKind, owners: readonly string[], make?: () => Buffer): Promise<Map<string, DataKey>>;
  /** A new key, ready to be added. */
  create(of: Pick<KeyRow, 'tenant' | 'kind' | 'owner' | 'state' | 'rules'>, key: Buffer): Promise<NewKey>;
  /** Forgets the tenants' keys that it has unwrapped. */
  forget(): void;
}

type Identity = Pick<KeyRow, 'tenant' | 'kind' | 'owner'>;

interface Wrapper extends Pick<KeyRow, 'wrappedBy' | 'master'> {
  readonly key: Buffer;
}

/** Every further one means that another process added the same key at that moment. */
const ATTEMPTS = 5;

export function newKey(): Buffer {
  return randomBytes(KEY_LENGTH);
}

/** @param db reaches table data_key, and has a connection free when callers hold all those of requests */
export function createKeyChain(db: Queryable, masters: MasterKeys): KeyChain {
  const wrapping = new Map<number, Promise<DataKey>>();
  const tenantKeys = new Map<number, Wrapper>();
  let generation = 0;

  async function unwrap(row: KeyRow): Promise<DataKey> {
    const { id, tenant, owner, wrapped } = row;
    if (wrapped === null) return { id, tenant, owner, key: undefined };
    return { id, tenant, owner, key: decrypt(await wrapperOf(row), wrapped, contextOf(row)) };
  }

  async function wrapperOf({ wrappedBy, master }: KeyRow): Promise<Buffer> {
    if (wrappedBy === null) {
      const found = masters.find(master ?? '');
      if (found === undefined)
        throw new Error(`the master key ${master ?? ''} is not among those that this server has`);
      return found.key;
    }
    const { key } = await wrappingKey(wrappedBy);
    if (key === undefined) throw new Error(`data key ${wrappedBy} was destroyed`);
    return key;
  }

  function wrappingKey(id: number): Promise<DataKey> {
    let known = wrapping.get(id);
    if (known === undefined) {
      known = readKey(id);
      // What failed once may succeed the next time.
      known.catch(() => wrapping.delete(id));
      wrapping.set(id, known);
    }
    return known;
  }

  async function readKey(id: number): Promise<DataKey> {
    const [row] = await keysById(db, [id]);
    if (row === undefined) throw new Error(`there is no data key ${id}`);
    return unwrap(row);
  }

  /** What wraps new keys of a kind. */
  async function wrapperFor(tenant: number, kind: KeyKind): Promise<Wrapper> {
    if (kind !== 'patient') return { key: masters.current.key, wrappedBy: null, master: masters.current.id };
    const known = tenantKeys.get(tenant);
    if (known !== undefined) return known;
    const before = generation;
    const own = (await current(tenant, 'tenant', [''])).get('');
    if (own?.key === undefined) throw new Error(`tenant ${tenant} has no key`);
    const wrapper = { key: own.key, wrappedBy: own.id, master: null };
    if (before === generation) tenantKeys.set(tenant, wrapper);
    return wrapper;
  }

  async function current(
    tenant: number,
    kind: KeyKind,
    owners: readonly string[],
    make: () => Buffer = newKey,
  ): Promise<Map<string, DataKey>> {
    const wrapper = await wrapperFor(tenant, kind);
    const found = new Map<string, DataKey>();
    for (let attempt = 0; found.size < owners.length; attempt += 1) {
      if (attempt === ATTEMPTS) throw new Error('keys could not be made');
      const missing = owners.filter((owner) => !found.has(owner));
      const made = missing.map((owner): NewKey => {
        const identity = { tenant, kind, owner };
        return { ...identity, state: 'current', rules: null, ...wrap(wrapper, identity, make()) };
      });
      const rows = await findOrAddKeys(db, made);
      for (const key of await Promise.all(rows.map(unwrap))) found.set(key.owner, key);
    }
    return found;
  }

  return {
    unwrap,
    async rewrap(rows) {
      const [first] = rows;
      if (first === undefined) return [];
      const wrapper = await wrapperFor(first.tenant, first.kind);
      const rewrapped: KeyRow[] = [];
      for (const row of rows) {
        const { key } = await unwrap(row);
        if (key !== undefined) rewrapped.push({ ...row, ...wrap(wrapper, row, key) });
      }
      return rewrapped;
    },
    current,
    create: async (of, key) => ({ ...of, ...wrap(await wrapperFor(of.tenant, of.kind), of, key) }),
    forget() {
      generation += 1;
      wrapping.clear();
      tenantKeys.clear();
    },
  };
}

function wrap(wrapper: Wrapper, of: Identity, key: Buffer): Pick<KeyRow, 'wrapped' | 'wrappedBy' | 'master'> {
  const { wrappedBy, master } = wrapper;
  return { wrapped: encrypt(wrapper.key, key, contextOf(of)), wrappedBy, master };
}

/** A wrapped key opens as nothing but what it was made for. */
function contextOf({ tenant, kind, owner }: Identity): string {
  return `data key ${tenant} ${kind} ${owner}`;
}

import type { RoleContext } from '../../access/known-roles.ts';
import type { Principal } from '../../access/principal.ts';
import { parseSmartScope } from '../../access/smart-scope.ts';
import { readStoredRoles } from '../../access/stored-roles.ts';
import { fault } from '../../kernel/fault.ts';
import { uuidv7 } from '../../kernel/id.ts';
import { readNetworks, type Networks } from '../../kernel/networks.ts';
import type { Db } from '../../storage/db.ts';
import { isKey, keyHash, newKey } from './key-text.ts';
import { findKey, insertKey, listKeys, noteUse, revokeKey, type ApiKey } from './stored-key.ts';

export interface NewApiKey {
  readonly tenant: number;
  readonly name: string;
  /** At least one: without a role nothing is allowed. */
  readonly roles: readonly string[];
  readonly scopes?: readonly string[];
  readonly networks?: string;
  /** 1 to 365. */
  readonly days: number;
  readonly createdBy: string;
}

export interface ApiKeys {
  /**
   * Whom a key stands for. @param address of who uses it
   * @throws Fault 401; it does not tell what is wrong
   */
  principalOf(key: string, address: string): Principal | Promise<Principal>;
  /**
   * @returns the key itself, which cannot be had again
   * @throws Fault 400
   */
  create(request: NewApiKey): Promise<{ readonly key: string; readonly stored: ApiKey }>;
  list(tenant: number): Promise<readonly ApiKey[]>;
  /** @throws Fault 404 */
  revoke(tenant: number, id: string): Promise<void>;
}

export interface ApiKeysOptions {
  /** Over all tenants. */
  readonly db: Db;
  /** What roles and scopes are read with. */
  readonly context: RoleContext;
  /** Milliseconds. */
  now(): number;
}

const DAY = 86_400_000;
const MOST_DAYS = 365;
/** How long (ms) a key is believed without asking: what is revoked works so long at most. */
const BELIEVED = 5000;
const MAX_CACHED = 1000;
/** The last use is kept to the minute. */
const USE_PRECISION = 60_000;
const SHOWN = 9;

/** What is known of a key, for some seconds. */
interface Believed {
  readonly key: ApiKey | undefined;
  readonly principal: Principal | undefined;
  readonly networks: Networks | undefined;
  readonly until: number;
}

export function createApiKeys({ db, now, context }: ApiKeysOptions): ApiKeys {
  const cache = new Map<string, Believed>();

  async function lookUp(text: string): Promise<Believed> {
    const hash = keyHash(text);
    const key = await findKey(db, hash);
    const believed: Believed = {
      key,
      principal: key && principalOf(key, hash),
      networks: key?.networks === undefined ? undefined : readNetworks(key.networks),
      until: now() + BELIEVED,
    };
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(text, believed);
    if (key !== undefined && isValid(key) && now() - (key.used ?? 0) >= USE_PRECISION) await noteUse(db, key, now());
    return believed;
  }

  /** The same object as long as the key is believed, so that what was decided for it is found at once. */
  function admit({ key, principal, networks }: Believed, address: string): Principal {
    const isAllowed = key !== undefined && isValid(key) && (networks === undefined || networks.contains(address));
    if (!isAllowed || principal === undefined) throw refused();
    return principal;
  }

  async function expectRoles(tenant: number, names: readonly string[]): Promise<void> {
    const stored = await readStoredRoles(db, tenant, context);
    const known = [...context.roles(tenant).keys(), ...stored.map(({ name }) => name)];
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) throw bad(`There is no role ${quoted(unknown)}; there are ${known.join(', ')}`);
  }

  function expectScopes(scopes: readonly string[]): void {
    const useless = scopes.find((scope) => parseSmartScope(scope, context)?.level !== 'system');
    if (useless !== undefined) throw bad(`${quoted(useless)} is no scope of systems such as system/Observation.rs`);
  }

  const isValid = ({ revoked, expires }: ApiKey): boolean => revoked === undefined && now() < expires;

  return {
    principalOf(text, address) {
      const cached = cache.get(text);
      if (cached !== undefined && cached.until > now()) return admit(cached, address);
      if (!isKey(text)) throw refused();
      return lookUp(text).then((believed) => admit(believed, address));
    },
    async create(request) {
      const { tenant, name, roles, scopes, networks, days, createdBy } = request;
      checkNames(request);
      await expectRoles(tenant, roles);
      expectScopes(scopes ?? []);
      const key = newKey();
      const stored: ApiKey = {
        tenant,
        id: uuidv7(now()),
        start: key.slice(0, SHOWN),
        name,
        roles,
        ...(scopes === undefined ? {} : { scopes }),
        ...(networks === undefined ? {} : { networks }),
        created: now(),
        createdBy,
        expires: now() + days * DAY,
      };
      await insertKey(db, stored, keyHash(key));
      return { key, stored };
    },
    list: (tenant) => listKeys(db, tenant),
    async revoke(tenant, id) {
      if (!(await revokeKey(db, tenant, id, now()))) {
        throw fault('auth.noSuchKey', 404, 'not-found', 'There is no API key of that id; list them to see the ids.');
      }
      cache.clear();
    },
  };
}

function principalOf({ tenant, id, roles, scopes }: ApiKey, hash: Buffer): Principal {
  return {
    tenant,
    kind: 'client',
    client: `api-key:${id}`,
    roles,
    ...(scopes === undefined ? {} : { scopes }),
    purposes: [],
    tokenHash: hash.toString('hex').slice(0, 32),
  };
}

function checkNames({ name, roles, scopes, networks, days }: NewApiKey): void {
  if (!/^[^\p{C}]{1,100}$/u.test(name)) throw bad('name must have 1 to 100 characters');
  if (roles.length === 0) throw bad('At least one role is needed; without one a key may do nothing');
  if (scopes?.length === 0) throw bad('An empty list of scopes grants nothing; leave it out to go by roles alone');
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw bad(`days must be a whole number of 1 to ${MOST_DAYS}`);
  }
  if (networks === undefined) return;
  try {
    readNetworks(networks);
  } catch (error) {
    throw bad(`networks: ${(error as Error).message}`);
  }
}

function quoted(text: string): string {
  return `"${text.slice(0, 64)}"`;
}

function bad(text: string): Error {
  return fault('auth.badKeyRequest', 400, 'value', `${text}.`);
}

function refused(): Error {
  const text = 'The API key is malformed, has expired, was revoked, or may not be used from here; ask for another one.';
  return fault('auth.badKey', 401, 'login', text, undefined, {
    headers: { 'WWW-Authenticate': `Bearer error="invalid_token", error_description="${text}"` },
  });
}

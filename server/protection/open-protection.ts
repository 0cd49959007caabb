import { setTimeout as pause } from 'node:timers/promises';
import { createHmac } from 'node:crypto';
import type { Definitions } from '../definitions/definitions.ts';
import type { IndexedForms } from '../search/index/create-indexer.ts';
import type { CodesOf } from '../search/index/key.ts';
import type { Queryable } from '../storage/db.ts';
import type { BodyCodec } from '../storage/protected-bodies.ts';
import { indexedCodes, indexedForm, rulesText } from './blind-index.ts';
import { createBodyCodec } from './body-codec.ts';
import { createDataKeys } from './data-keys.ts';
import { loadSchemes, startIndexKey, type SchemeTable } from './index-schemes.ts';
import { createKeyChain, type KeyChain } from './key-chain.ts';
import { keysVersion } from './key-table.ts';
import { maskQuery } from './mask-query.ts';
import type { MasterKeys } from './master-keys.ts';
import { isEmpty, rulesOf, type ProtectedParts, type ProtectionRules } from './rules.ts';
import { createSealer, deriveKey, type Sealer } from './sealer.ts';
import { createSigner, newSigningKey, type Signer } from './signer.ts';

export interface ProtectionOptions {
  /** Connections of its own, on which the whole installation can be seen: requests that hold all others wait for keys. */
  readonly db: Queryable;
  readonly masters: MasterKeys;
  readonly parts: ProtectedParts;
  readonly definitions: Definitions;
  /** Milliseconds. */
  now(): number;
}

/** Encryption of elements, and of the server's own secrets, for as long as the process lives. */
export interface Protection {
  readonly sealer: Sealer;
  readonly signer: Signer;
  /** A keyed hash (HMAC-SHA-256, hexadecimal): the same text has the same, and it tells nothing of the text. */
  pseudonym(text: string): string;
  /** The query of a search as it may be kept: without values of identifiers, when those are encrypted. */
  maskQuery(query: string): string;
  readonly codec: BodyCodec;
  readonly forms: IndexedForms;
  codesOf(tenant: number): CodesOf;
  rules(tenant: number): ProtectionRules;
  /** What the index of a tenant was made by is not what the configuration says. */
  isOutdated(tenant: number): boolean;
  /** Takes up what other processes did to keys. */
  check(): Promise<void>;
  /** Resolves when every process has taken up what was done to keys until now: none encrypts by a destroyed key any more. */
  checkedEverywhere(): Promise<void>;
  /** Undefined: that was done less than two seconds ago. Otherwise it is done before the promise resolves. */
  fresh(): Promise<void> | undefined;
  readonly masters: MasterKeys;
  readonly chain: KeyChain;
  readonly schemes: SchemeTable;
}

/** No request and no write works with what was looked at longer ago; ms. */
const LEASE = 2000;

/** @throws Error when the master key is not the one by which the database's keys were wrapped, or a rule names no element */
export async function openProtection({ db, masters, parts, definitions, now }: ProtectionOptions): Promise<Protection> {
  const rulesByTenant = new Map<number, ProtectionRules>();
  function rules(tenant: number): ProtectionRules {
    let known = rulesByTenant.get(tenant);
    if (known === undefined) rulesByTenant.set(tenant, (known = rulesOf(definitions, parts, tenant)));
    return known;
  }
  for (const tenant of parts.keys()) rules(tenant);

  const chain = createKeyChain(db, masters);
  const systemKey = keyOf(await chain.current(0, 'system', ['']));
  const sealer = createSealer(systemKey);
  const pseudonymKey = deriveKey(systemKey, 'pseudonyms');
  const signer = createSigner(keyOf(await chain.current(0, 'signing', [''], newSigningKey)));
  await startIndexKey(db, chain, definitions, parts);
  let version = await keysVersion(db);
  let schemes = await loadSchemes(db, chain);
  const keys = createDataKeys(db, chain);

  let checkedAt = now();
  let checking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const started = now();
    const found = await keysVersion(db);
    if (found !== version) {
      masters.refresh();
      keys.forget();
      schemes = await loadSchemes(db, chain);
      version = found;
    }
    checkedAt = started;
  }

  /** Whoever calls it while one look is under way needs another: the change may have come behind the first. */
  async function check(): Promise<void> {
    await checking?.catch(() => undefined);
    checking = look().finally(() => (checking = undefined));
    return checking;
  }

  function fresh(): Promise<void> | undefined {
    return now() - checkedAt < LEASE ? undefined : (checking ?? check());
  }

  const isNamed = [...rulesByTenant.values()].some((each) => !isEmpty(each));
  const pseudonym = (text: string): string => createHmac('sha256', pseudonymKey).update(text).digest('hex');
  return {
    sealer,
    signer,
    pseudonym,
    maskQuery: (query) => (isNamed ? maskQuery(query, pseudonym) : query),
    codec: createBodyCodec({ keys, sealer, rules, fresh, typeName: (id) => definitions.typeName(id) }),
    forms(resource, tenant, of) {
      const { writing, stored } = schemes.of(tenant);
      const forms = (of === 'new' ? writing : stored).map((scheme) => indexedForm(scheme, resource));
      return forms.every((each) => each === undefined) ? undefined : forms.map((each) => each ?? resource);
    },
    codesOf: (tenant) => (type, system, code) => indexedCodes(schemes.of(tenant).reading, type, system, code),
    rules,
    isOutdated: (tenant) => rulesText(schemes.of(tenant).reading.rules) !== rulesText(rules(tenant)),
    check,
    async checkedEverywhere() {
      await check();
      await pause(LEASE);
    },
    fresh,
    masters,
    chain,
    get schemes() {
      return schemes;
    },
  };
}

function keyOf(keys: ReadonlyMap<string, { readonly key: Buffer | undefined }>): Buffer {
  const key = keys.get('')?.key;
  if (key === undefined) throw new Error('a key of the server was destroyed');
  return key;
}

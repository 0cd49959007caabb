import type { Definitions } from '../definitions/definitions.ts';
import type { Queryable } from '../storage/db.ts';
import { isStoreEmpty } from '../storage/protected-rows.ts';
import { PLAIN, rulesFromText, rulesText, tenantIndexKey, type IndexScheme, type IndexSchemes } from './blind-index.ts';
import { newKey, type KeyChain } from './key-chain.ts';
import { addKeys, indexKeys, type KeyRow } from './key-table.ts';
import { isEmpty, NO_RULES, rulesOf, type ProtectedParts } from './rules.ts';

/** The schemes of every tenant, as the database has them. */
export interface SchemeTable {
  of(tenant: number): IndexSchemes;
}

/** Of tenants that have no index key of their own: one key for the installation, out of which theirs are made. */
const EVERY_TENANT = 0;
const NOTHING: IndexSchemes = { reading: PLAIN, writing: [PLAIN], stored: [PLAIN] };

/** Rules by tenant as JSON text; '0' of those that are not listed. */
type DefaultRules = Readonly<Record<string, string>>;

export async function loadSchemes(db: Queryable, chain: KeyChain): Promise<SchemeTable> {
  const rows = await indexKeys(db);
  const keys = new Map(await Promise.all(rows.map(async (row) => [row.id, (await chain.unwrap(row)).key] as const)));
  const own = new Map<number, KeyRow[]>();
  for (const row of rows) own.set(row.tenant, [...(own.get(row.tenant) ?? []), row]);
  const common = own.get(EVERY_TENANT)?.find((row) => row.state === 'current');
  const known = new Map<number, IndexSchemes>();

  function schemeOf(row: KeyRow): IndexScheme {
    const rules = row.rules === null ? NO_RULES : rulesFromText(row.rules);
    return isEmpty(rules) ? { ...PLAIN, id: row.id } : { id: row.id, rules, key: keys.get(row.id) };
  }

  function commonSchemes(tenant: number): IndexSchemes {
    const key = common === undefined ? undefined : keys.get(common.id);
    if (common === undefined || key === undefined) return NOTHING;
    const rules = JSON.parse(common.rules ?? '{}') as DefaultRules;
    const text = rules[String(tenant)] ?? rules['0'];
    if (text === undefined) return NOTHING;
    const scheme = { id: common.id, rules: rulesFromText(text), key: tenantIndexKey(key, tenant) };
    return { reading: scheme, writing: [scheme], stored: [scheme] };
  }

  function load(tenant: number): IndexSchemes {
    const list = tenant === EVERY_TENANT ? [] : (own.get(tenant) ?? []);
    const reading = list.find((row) => row.state === 'current');
    if (reading === undefined) return commonSchemes(tenant);
    const writing = list.filter((row) => row.state !== 'retired').map(schemeOf);
    return { reading: schemeOf(reading), writing, stored: list.map(schemeOf) };
  }

  function of(tenant: number): IndexSchemes {
    let schemes = known.get(tenant);
    if (schemes === undefined) known.set(tenant, (schemes = load(tenant)));
    return schemes;
  }

  return { of };
}

/** Before the first resource is stored the whole installation gets its index key; later `athanor keys rotate` makes one. */
export async function startIndexKey(
  db: Queryable,
  chain: KeyChain,
  definitions: Definitions,
  parts: ProtectedParts,
): Promise<void> {
  if (parts.size === 0) return;
  if (!(await isStoreEmpty(db)) || (await indexKeys(db)).length > 0) return;
  const rules: DefaultRules = Object.fromEntries(
    [EVERY_TENANT, ...parts.keys()].map((tenant) => [tenant, rulesText(rulesOf(definitions, parts, tenant))]),
  );
  const of = {
    tenant: EVERY_TENANT,
    kind: 'index',
    owner: '',
    state: 'current',
    rules: JSON.stringify(rules),
  } as const;
  await addKeys(db, [await chain.create(of, newKey())]);
}

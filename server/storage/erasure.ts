import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import type { LockedRow } from './lock.ts';
import { NOTE_PURGE } from './projection-source.ts';

const MODULE_TABLES =
  `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
  `where n.nspname ~ '^module_' and c.relkind = 'r'`;

/** A live row that refers to something, locked. */
export interface Referrer extends LockedRow {
  readonly type: number;
}

/**
 * Live resources that refer to one of the identities (resource.ref).
 * @param keys the ix_ref keys under which such references stand
 */
export async function lockReferrers(
  tx: Queryable,
  tenant: number,
  keys: readonly string[],
  refs: readonly string[],
): Promise<Referrer[]> {
  return tx.query({
    text:
      `select pid, ref::text as ref, type, id, version, updated, sort_at as "sortAt", body from resource ` +
      `where tenant = $1 and pid in (select pid from ix_ref where key = any($2::bigint[]) and target = any($3::bigint[]) and pid > 0) ` +
      `order by pid for update`,
    values: [tenant, arrayLiteral(keys), arrayLiteral(refs)],
  });
}

/** A live or superseded version whose text was looked at. */
export interface ScannedVersion {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  /** '' when none of the texts can stand in it. */
  readonly body: string;
  /** Whether the resource is live. */
  readonly isLive: boolean;
}

/**
 * The next versions after (pid, version); bodies only of those in which one of the texts stands, or something that is
 * encrypted. Of live ones those of one type, which keep what no index knows.
 */
export async function scanVersions(
  tx: Queryable,
  tenant: number,
  from: { readonly table: 'history' } | { readonly table: 'resource'; readonly type: number },
  after: { readonly pid: number; readonly version: number },
  texts: readonly string[],
  limit: number,
): Promise<ScannedVersion[]> {
  const ofType = from.table === 'resource' ? ` and v.type = ${from.type}` : '';
  return tx.query({
    text:
      `select v.pid, v.type, v.id, v.version, v.updated, ` +
      `case when v.body ilike any($4::text[]) or strpos(v.body, '"\\/') > 0 then v.body else '' end as body, ` +
      `exists (select from resource r where r.pid = v.pid and r.tenant = $1) as "isLive" from ${from.table} v ` +
      `where v.tenant = $1${ofType} and (v.pid, v.version) > ($2::bigint, $3::integer) and v.body is not null ` +
      `order by v.pid, v.version limit $5`,
    values: [tenant, after.pid, after.version, texts.map(containing), limit],
  });
}

/** Every version of resources, deletions included; returns how many went. */
export async function purgeHistory(tx: Queryable, tenant: number, pids: readonly number[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>({
    text:
      `with gone as (delete from history where tenant = $1 and pid = any($2::bigint[]) returning 1), noted as (${NOTE_PURGE}) ` +
      `select count(*) as count from gone`,
    values: [tenant, arrayLiteral(pids)],
  });
  return row?.count ?? 0;
}

/** An entry of the uri dictionary. */
export interface UriEntry {
  readonly slot: number;
  /** Of the index rows. */
  readonly key: string;
  readonly value: string;
}

/**
 * Entries of the uri dictionary in which one of the texts stands, as far as nothing live has the uri: a name of three letters
 * stands in many, and searches with `:below` find by the dictionary what others have.
 */
export async function purgeUrisWith(tx: Queryable, tenant: number, texts: readonly string[]): Promise<UriEntry[]> {
  return tx.query<UriEntry>({
    text:
      'delete from uri_seen u where tenant = $1 and value ilike any($2::text[]) ' +
      'and not exists (select from ix_token t where t.key = u.key) returning slot, key::text as key, value',
    values: [tenant, texts.map(containing)],
  });
}

/** Puts back what was purged and is in use again: a write that was under way believed that it was there. */
export async function restoreUsedUris(db: Queryable, tenant: number, entries: readonly UriEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await db.query({
    text:
      'insert into uri_seen (slot, tenant, key, value) select u.slot, $1, u.key, u.value ' +
      'from unnest($2::smallint[], $3::bigint[], $4::text[]) u(slot, key, value) ' +
      'where exists (select from ix_token t where t.key = u.key) on conflict do nothing',
    values: [tenant, entries.map(({ slot }) => slot), entries.map(({ key }) => key), entries.map(({ value }) => value)],
  });
}

/**
 * The planner's statistics hold samples of values: they are made anew without those that went. Bodies have none.
 */
export async function refreshSamples(db: Queryable): Promise<void> {
  const own = await db.query<{ name: string }>({ text: MODULE_TABLES, values: [] });
  const tables = ['ix_string', 'uri_seen', 'account', ...own.map(({ name }) => name)];
  await db.query({ text: `analyze ${tables.join(', ')}`, values: [] });
}

export interface ErasureCertificate {
  /** UUID. */
  readonly id: string;
  readonly subject: string;
  /** Milliseconds. */
  readonly erased: number;
  readonly certificate: string;
  /** base64 */
  readonly signature: string;
}

export async function storeCertificate(tx: Queryable, tenant: number, certified: ErasureCertificate): Promise<void> {
  const { id, subject, erased, certificate, signature } = certified;
  await tx.query({
    text: 'insert into erasure (tenant, id, subject, erased, certificate, signature) values ($1, $2, $3, $4, $5, $6)',
    values: [tenant, id, subject, erased, certificate, signature],
  });
}

function containing(text: string): string {
  return `%${JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\\%_]/g, '\\$&')}%`;
}

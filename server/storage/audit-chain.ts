import type { Queryable } from './db.ts';

/** One link of the chain: that a page is the `seq`-th, and the hash over it and everything before. */
export interface AuditLink {
  readonly seq: number;
  readonly tx: number;
  readonly id: string;
  readonly recorded: number;
  readonly hash: Buffer;
  /** Of each event the first eight bytes of its hash. */
  readonly digests: Buffer;
}

/** A signed statement of how far the chain had come. */
export interface AuditHead {
  readonly seq: number;
  /** Milliseconds. */
  readonly at: number;
  readonly hash: Buffer;
  /** Of a head that retention signed: events before that time were dropped, links up to `seq` too. */
  readonly cut: number | null;
  /** Id of the key. */
  readonly key: string;
  readonly signature: Buffer;
}

const LINK = 'seq, tx, id, recorded, hash, digests';

/** Whether this transaction is now the only one that may add links; so until it ends. */
export async function lockChain(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ locked: boolean }>({
    name: 'audit_chain_lock',
    text: `select pg_try_advisory_xact_lock(hashtextextended('athanor audit chain', 0)) as locked`,
    values: [],
  });
  return row?.locked === true;
}

export async function lastLink(db: Queryable): Promise<AuditLink | undefined> {
  const [row] = await db.query<AuditLink>({
    name: 'audit_last_link',
    text: `select ${LINK} from audit_link order by seq desc limit 1`,
    values: [],
  });
  return row;
}

export async function linkAt(db: Queryable, seq: number): Promise<AuditLink | undefined> {
  const [row] = await db.query<AuditLink>({ text: `select ${LINK} from audit_link where seq = $1`, values: [seq] });
  return row;
}

export async function readLinks(db: Queryable, after: number, limit: number): Promise<readonly AuditLink[]> {
  return db.query<AuditLink>({
    text: `select ${LINK} from audit_link where seq > $1 order by seq limit $2`,
    values: [after, limit],
  });
}

export async function insertLinks(tx: Queryable, links: readonly AuditLink[]): Promise<void> {
  await tx.query({
    name: 'audit_insert_links',
    text:
      `insert into audit_link (seq, tx, id, recorded, hash, digests) ` +
      `select * from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[])`,
    values: [
      links.map(({ seq }) => seq),
      links.map(({ tx: transaction }) => transaction),
      links.map(({ id }) => id),
      links.map(({ recorded }) => recorded),
      links.map(({ hash }) => hash),
      links.map(({ digests }) => digests),
    ],
  });
}

/** What is added to transaction numbers since the database was restored into another cluster. */
export async function transactionBase(db: Queryable): Promise<number> {
  const [row] = await db.query<{ base: number }>({ text: 'select audit_rebase() as base', values: [] });
  return row?.base ?? 0;
}

const HEAD = 'seq, at, hash, cut, key, signature';

/** Oldest first. */
export async function readHeads(db: Queryable): Promise<readonly AuditHead[]> {
  return db.query<AuditHead>({ text: `select ${HEAD} from audit_head order by seq, at`, values: [] });
}

export async function insertHead(db: Queryable, head: AuditHead): Promise<void> {
  await db.query({
    text: `insert into audit_head (${HEAD}) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    values: [head.seq, head.at, head.hash, head.cut, head.key, head.signature],
  });
}

/** A signing key as it is stored: sealed. */
export interface StoredAuditKey {
  readonly id: string;
  readonly sealed: Buffer;
}

/** Newest first. */
export async function readAuditKeys(db: Queryable): Promise<readonly StoredAuditKey[]> {
  return db.query<StoredAuditKey>({ text: 'select id, sealed from audit_key order by created desc', values: [] });
}

export async function insertAuditKey(db: Queryable, { id, sealed }: StoredAuditKey, created: number): Promise<void> {
  await db.query({
    text: 'insert into audit_key (id, sealed, created) values ($1, $2, $3)',
    values: [id, sealed, created],
  });
}

/** First days of the months that have a partition of their own, oldest first, as `2026-11-01`. */
export async function auditMonths(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query<{ month: string }>({
    text:
      `select translate(right(c.relname, 7), '_', '-') || '-01' as month from pg_inherits i join pg_class c on c.oid = i.inhrelid ` +
      `where i.inhparent = 'audit_page'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$' order by 1`,
    values: [],
  });
  return rows.map(({ month }) => month);
}

/** Makes the partitions of a month and the two after it. @param month `2026-11-01` */
export async function makeAuditMonths(db: Queryable, month: string): Promise<void> {
  await db.query({
    text: `select audit_partition(($1::date + n * interval '1 month')::date) from generate_series(0, 2) n`,
    values: [month],
  });
}

export async function dropAuditMonth(db: Queryable, month: string): Promise<void> {
  await db.query({ text: 'select audit_drop_month($1::date)', values: [month] });
}

/** The last link before which (itself included) none is of a page after `cut`; 0: there is none. */
export async function lastLinkBefore(db: Queryable, cut: number): Promise<number> {
  const [row] = await db.query<{ seq: number | null }>({
    text: 'select least((select min(seq) from audit_link where recorded >= $1) - 1, (select max(seq) from audit_link) - 1) as seq',
    values: [cut],
  });
  return row?.seq ?? 0;
}

export async function dropAuditLinks(db: Queryable, last: number): Promise<void> {
  await db.query({ text: 'select audit_drop_links($1)', values: [last] });
}

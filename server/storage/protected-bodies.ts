import type { Db, Queryable, Tx } from './db.ts';

/** A body on its way into the database. */
export interface StoredPart {
  /** Negative: it is contained in another resource, which stands before it. */
  readonly pid: number;
  readonly typeId: number;
  readonly id: string;
  readonly body: string;
}

/** How bodies look in the database, where some of their elements are encrypted. Above the storage they are as clients wrote them. */
export interface BodyCodec {
  /** The bodies as they are stored, in the same order. */
  seal(tenant: number, parts: readonly StoredPart[]): Promise<readonly string[]>;
  /**
   * Rows with every `body` as it was written.
   * @param tenant whose rows they must be, when that is known
   */
  open<R>(rows: R[], tenant: number | undefined): R[] | Promise<R[]>;
  /** A text that may hold bodies, encrypted as a whole. @param place where it is kept: it opens nowhere else */
  sealText(text: string, place: string): string;
  openText(text: string, place: string): string;
}

const codecs = new WeakMap<Queryable, BodyCodec>();

/** The database with bodies as they were written: every statement's rows are opened here, and nowhere else. */
export function withBodies(db: Db, codec: BodyCodec, tenant?: number): Db {
  const query = async <R>(inner: Queryable, ...[statement]: Parameters<Queryable['query']>): Promise<R[]> =>
    codec.open(await inner.query<R>(statement), tenant);
  const opened: Db = {
    query: (statement) => query(db, statement),
    transaction: (work, options) =>
      db.transaction((tx) => {
        const inner: Tx = {
          query: (statement) => query(tx, statement),
          afterCommit: (action) => tx.afterCommit(action),
        };
        codecs.set(inner, codec);
        return work(inner);
      }, options),
    connections: () => db.connections(),
    close: () => db.close(),
  };
  codecs.set(opened, codec);
  return opened;
}

/** What a statement is to write in place of the parts; the parts themselves when nothing is encrypted. */
export async function sealParts<P extends StoredPart>(
  db: Queryable,
  tenant: number,
  parts: readonly P[],
): Promise<readonly P[]> {
  const codec = codecs.get(db);
  if (codec === undefined || parts.length === 0) return parts;
  const bodies = await codec.seal(tenant, parts);
  return parts.map((part, index) => {
    const body = bodies[index] ?? part.body;
    return body === part.body ? part : { ...part, body };
  });
}

/** A text that is kept beside the resources and may hold them, as it is stored; see {@link openText}. */
export function sealText(db: Queryable, text: string, place: string): string {
  return codecs.get(db)?.sealText(text, place) ?? text;
}

export function openText(db: Queryable, text: string, place: string): string {
  return codecs.get(db)?.openText(text, place) ?? text;
}

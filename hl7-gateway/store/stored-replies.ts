import type { ArrivedMessage, Stored } from './insert-messages.ts';
import type { Queryable } from './open-store.ts';

/** How a message that is here was answered. */
export interface StoredReply {
  /** Whether it has been worked on, or needed no work. */
  readonly hasEnded: boolean;
  /** Undefined: not answered yet, or its sender did not ask for it. */
  readonly reply?: Uint8Array;
}

export async function storedReply(db: Queryable, seq: number): Promise<StoredReply | undefined> {
  const [row] = await db.query<{ hasEnded: boolean; reply: Buffer | null }>({
    name: 'stored-reply',
    text: `select ended_at is not null as "hasEnded", reply from progress where seq = $1`,
    values: [seq],
  });
  if (row === undefined) return undefined;
  return { hasEnded: row.hasEnded, ...(row.reply === null ? {} : { reply: row.reply }) };
}

/** The message that this one repeats: of the same partner, with the same control id and the same bytes. */
export async function findRepeated(
  db: Queryable,
  { partner, controlId, sha256 }: Pick<ArrivedMessage, 'partner' | 'controlId' | 'sha256'>,
): Promise<Stored | undefined> {
  const [row] = await db.query<{ seq: number; id: string }>({
    name: 'find-repeated',
    text: 'select seq, id from message where control_id = $1 and partner = $2 and sha256 = $3 and is_taken',
    values: [controlId, partner, sha256],
  });
  return row === undefined ? undefined : { ...row, isRepetition: true, isReused: false, isRefused: false };
}

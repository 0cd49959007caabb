import type { MessageState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

export interface InboxFigures {
  /** Of messages that are not done, or wait for a person. */
  readonly states: readonly {
    readonly direction: 'in' | 'out';
    readonly state: MessageState;
    readonly count: number;
    /** Seconds since the oldest of them came. */
    readonly oldest: number;
  }[];
  readonly parked: readonly { readonly partner: string; readonly reason: string; readonly count: number }[];
  /** Codes that nobody has answered. */
  readonly unmappedCodes: number;
}

/** What is open, from indexes that hold no more than that. */
export async function inboxFigures(db: Queryable): Promise<InboxFigures> {
  const states = await db.query<InboxFigures['states'][number]>({
    name: 'figures-states',
    text: `
select m.direction, p.state, count(*) as count, round(extract(epoch from now() - min(m.received_at)))::float8 as oldest
from progress p join message m on m.seq = p.seq
where p.state in ('received', 'failed', 'parked', 'dead', 'rejected', 'queued', 'sending', 'waiting')
group by m.direction, p.state order by m.direction, p.state`,
    values: [],
  });
  const parked = await db.query<InboxFigures['parked'][number]>({
    name: 'figures-parked',
    text: `
select m.partner, coalesce(p.reason, '') as reason, count(*) as count from progress p join message m on m.seq = p.seq
where p.state = 'parked' group by m.partner, p.reason order by m.partner, p.reason`,
    values: [],
  });
  const [codes] = await db.query<{ readonly count: number }>({
    name: 'figures-codes',
    text: 'select count(*) as count from unmapped_code where answered_at is null',
    values: [],
  });
  return { states, parked, unmappedCodes: codes?.count ?? 0 };
}

import { openText, sealText } from './protected-bodies.ts';
import { FEED_END, FEED_UNDER_WAY } from './changes.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** `requested`: not told of anything yet; `error`: events wait until somebody requests it again; `off`: there are none. */
export type SubscriberState = 'requested' | 'active' | 'error' | 'off';

export interface SubscriberKey {
  /** 0: code of the server that hears of every tenant. */
  readonly tenant: number;
  /** `Subscription/1`, or what code calls itself. */
  readonly id: string;
}

/** Somebody who is told of changes. Times in milliseconds. */
export interface SubscriberRow extends SubscriberKey {
  readonly state: SubscriberState;
  /** JSON, see fhir/subscriptions/definition.ts. */
  readonly definition: string;
  /** JSON, see fhir/subscriptions/definition.ts; null: the server's own code. */
  readonly owner: string | null;
  /** The first transaction of which all changes are heard; 0: none yet. */
  readonly since: number;
  /** JSON: the transactions before it that were under way when it began; they are heard too. */
  readonly earlier: string;
  readonly lastNumber: number;
  /** Next handshake while it is requested, next heartbeat while it is active; 0: none. */
  readonly due: number;
  readonly ends: number | null;
  /** Handshakes that failed. */
  readonly attempts: number;
  /** Signs what it is sent; null: not made yet. */
  readonly secret: string | null;
}

const columns = (alias: string): string =>
  `${alias}.tenant, ${alias}.id, ${alias}.state, ${alias}.definition, ${alias}.owner, ${alias}.since, ${alias}.earlier, ` +
  `${alias}.last_number as "lastNumber", ${alias}.due, ${alias}.ends, ${alias}.attempts, ${alias}.secret`;

function opened(db: Queryable, rows: readonly SubscriberRow[]): SubscriberRow[] {
  return rows.map((row) => ({
    ...row,
    definition: openText(db, row.definition, placeOf('definition', row)),
    secret: row.secret === null ? null : openText(db, row.secret, placeOf('secret', row)),
  }));
}

/** Those of whom events are kept: also while one that was in force is requested again. */
export async function readListeners(db: Queryable): Promise<readonly SubscriberRow[]> {
  const rows = await db.query<SubscriberRow>({
    name: 'read_listeners',
    text: `select ${columns('s')} from subscriber s where s.state in ('active', 'error') or (s.state = 'requested' and s.since > 0) order by s.tenant, s.id`,
    values: [],
  });
  return opened(db, rows);
}

export async function readSubscriber(db: Queryable, { tenant, id }: SubscriberKey): Promise<SubscriberRow | undefined> {
  const rows = await db.query<SubscriberRow>({
    name: 'read_subscriber',
    text: `select ${columns('s')} from subscriber s where s.tenant = $1 and s.id = $2`,
    values: [tenant, id],
  });
  return opened(db, rows)[0];
}

/** The numbers of the last events of those that are in force. */
export async function lastNumbers(
  db: Queryable,
  keys: readonly SubscriberKey[],
): Promise<readonly (SubscriberKey & { readonly lastNumber: number })[]> {
  return db.query({
    name: 'last_event_numbers',
    text:
      `select s.tenant, s.id, s.last_number as "lastNumber" from unnest($1::smallint[], $2::text[]) u(tenant, id) ` +
      `join subscriber s on s.tenant = u.tenant and s.id = u.id where s.state = 'active'`,
    values: [arrayLiteral(keys.map(({ tenant }) => tenant)), keys.map(({ id }) => id)],
  });
}

/** Somebody asks to be told, from now on or again: their rights are those of who asks. */
export async function requestSubscriber(
  db: Queryable,
  key: SubscriberKey,
  asked: { readonly definition: string; readonly owner: string; readonly now: number; readonly ends: number | null },
): Promise<void> {
  await db.query({
    text:
      `insert into subscriber (tenant, id, state, definition, owner, due, ends) values ($1, $2, 'requested', $3, $4, $5, $6) ` +
      `on conflict (tenant, id) do update set state = 'requested', definition = excluded.definition, owner = excluded.owner, ` +
      `due = excluded.due, ends = excluded.ends, attempts = 0`,
    values: [
      key.tenant,
      key.id,
      sealText(db, asked.definition, placeOf('definition', key)),
      asked.owner,
      asked.now,
      asked.ends,
    ],
  });
}

/** From the commit of this on every change is heard of; of one that was off or new only those. */
export async function activateSubscriber(db: Queryable, { tenant, id }: SubscriberKey, due: number): Promise<void> {
  await db.query({
    text:
      `update subscriber set state = 'active', due = $3, attempts = 0, ` +
      `since = case when since > 0 then since else ${FEED_END} end, ` +
      `earlier = case when since > 0 then earlier else ${FEED_UNDER_WAY} end where tenant = $1 and id = $2`,
    values: [tenant, id, due],
  });
}

/** Code of the server: active at once, with what it now asks for. @returns whether anything is otherwise than before */
export async function keepSubscriber(
  db: Queryable,
  { tenant, id }: SubscriberKey,
  definition: string,
): Promise<boolean> {
  const rows = await db.query({
    text:
      `insert into subscriber as s (tenant, id, state, definition, since, earlier) ` +
      `values ($1, $2, 'active', $3, ${FEED_END}, ${FEED_UNDER_WAY}) ` +
      `on conflict (tenant, id) do update set state = 'active', definition = excluded.definition, ` +
      `since = case when s.since > 0 then s.since else excluded.since end, ` +
      `earlier = case when s.since > 0 then s.earlier else excluded.earlier end ` +
      `where s.definition <> excluded.definition or s.state <> 'active' returning id`,
    values: [tenant, id, definition],
  });
  return rows.length > 0;
}

/** Off: what waited is dropped, and nothing is kept of what happens meanwhile. */
export async function endSubscriber(db: Queryable, { tenant, id }: SubscriberKey, now: number): Promise<void> {
  await db.query({
    text: `update subscriber set state = 'off', since = 0, due = 0 where tenant = $1 and id = $2`,
    values: [tenant, id],
  });
  await db.query({
    text: `update subscription_event set state = 3, finished = $3, lease = null where home = $1 and subscriber = $2 and state = 0`,
    values: [tenant, id, now],
  });
}

export async function failSubscriber(db: Queryable, { tenant, id }: SubscriberKey): Promise<void> {
  await db.query({
    text: `update subscriber set state = 'error', due = 0 where tenant = $1 and id = $2`,
    values: [tenant, id],
  });
}

export async function removeSubscriber(db: Queryable, { tenant, id }: SubscriberKey): Promise<void> {
  await db.query({
    text: 'delete from subscription_event where home = $1 and subscriber = $2',
    values: [tenant, id],
  });
  await db.query({ text: 'delete from subscriber where tenant = $1 and id = $2', values: [tenant, id] });
}

/**
 * Those whose handshake, heartbeat or end is due; they are this process's until the lease (ms) ends.
 */
export async function takeDueSubscribers(
  db: Queryable,
  now: number,
  lease: number,
  limit: number,
): Promise<readonly SubscriberRow[]> {
  const rows = await db.query<SubscriberRow>({
    name: 'take_due_subscribers',
    text:
      `update subscriber s set due = $2 from (select tenant, id from subscriber where due > 0 and due <= $1 ` +
      `order by due limit $3 for update skip locked) d where s.tenant = d.tenant and s.id = d.id ` +
      `returning ${columns('s')}`,
    values: [now, lease, limit],
  });
  return opened(db, rows);
}

export async function scheduleSubscriber(
  db: Queryable,
  { tenant, id }: SubscriberKey,
  due: number,
  attempts: number,
): Promise<void> {
  await db.query({
    text: `update subscriber set due = $3, attempts = $4 where tenant = $1 and id = $2 and state in ('requested', 'active')`,
    values: [tenant, id, due, attempts],
  });
}

/** Makes or replaces the secret. @returns whether there is such a subscriber */
export async function storeSecret(db: Queryable, key: SubscriberKey, secret: string): Promise<boolean> {
  const rows = await db.query({
    text: 'update subscriber set secret = $3 where tenant = $1 and id = $2 returning id',
    values: [key.tenant, key.id, sealText(db, secret, placeOf('secret', key))],
  });
  return rows.length > 0;
}

function placeOf(what: 'definition' | 'secret', { tenant, id }: SubscriberKey): string {
  return `subscriber ${what} ${tenant} ${id}`;
}

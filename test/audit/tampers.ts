import { digestsOf, linkHash } from '../../server/audit/chain/link.ts';
import { lastLink, linkAt, readLinks } from '../../server/storage/audit-chain.ts';
import { readChained } from '../../server/storage/audit-read.ts';
import type { Tx } from '../../server/storage/db.ts';

/** What somebody who can write to the tables may do to a trail of {@link PAGES} pages, heads signed at the middle and the end. */

export const PAGES = 60;
/** Events that a page has, by its number. */
export const eventsIn = (seq: number): number => 1 + (seq % 4);

/** Where a tamper happens: the place of an event in the page of a link. */
export interface Place {
  readonly seq: number;
  readonly place: number;
  readonly other: number;
}

/** What must be named first; without an event any of the page. Undefined: it must be found, wherever. */
export type Expected = { readonly seq: number; readonly event?: string | undefined } | undefined;

export interface Tamper {
  readonly name: string;
  apply(tx: Tx, at: Place): Promise<Expected>;
}

interface StoredTexts {
  readonly id: string;
  events: string[];
  details: (string | null)[];
}

const sql = (tx: Tx, text: string, ...values: unknown[]): Promise<unknown> => tx.query({ text, values });

const EMPTY_PAGE = { tenant: 1, recorded: 0, id: '', tx: 0, keys: '{}' };

const idOf = (event = ''): string | undefined => event.split('\u001f')[1];

async function pageAt(tx: Tx, seq: number): Promise<StoredTexts> {
  const [page] = await tx.query<{ id: string; events: string; details: (string | null)[] | null }>({
    text: 'select p.id, p.events, p.details from audit_page p join audit_link l on l.id = p.id where l.seq = $1',
    values: [seq],
  });
  if (page === undefined) throw new Error(`no page ${seq}`);
  const events = page.events.split('\u001e');
  return { id: page.id, events, details: page.details ?? events.map(() => null) };
}

const writePage = (tx: Tx, { id, events, details }: StoredTexts): Promise<unknown> =>
  sql(tx, 'update audit_page set events = $2, details = $3 where id = $1', id, events.join('\u001e'), details);

const FIELDS: readonly (readonly [string, string])[] = [
  ['recorded', '1'],
  ['id', '0189d1c4-0000-7000-8000-000000000000'],
  ['kind', 'security'],
  ['action', 'U'],
  ['outcome', '4'],
  ['status', '403'],
  ['interaction', ''],
  ['type', 'Patient'],
  ['resource_id', 'x'],
  ['version', '7'],
  ['agent', 'Practitioner/innocent'],
  ['who', '{}'],
  ['ip', '10.0.0.2'],
  ['request_id', ''],
  ['patients', 'Patient/other'],
  ['found', 'Observation/1'],
  ['detail_hash', 'forged'],
];

/** Writes `value` into a field of an event. */
async function editField(tx: Tx, { seq, place }: Place, field: number, value: string): Promise<Expected> {
  const page = await pageAt(tx, seq);
  const fields = (page.events[place] ?? '').split('\u001f');
  fields[field] = value;
  page.events[place] = fields.join('\u001f');
  await writePage(tx, page);
  return { seq, event: idOf(page.events[place]) };
}

const COLUMNS: readonly (readonly [string, string])[] = [
  ['tenant', 'tenant + 1'],
  ['tx', 'tx + 1000000'],
  ['recorded', 'recorded + 1'],
  ['keys', 'keys[2:]'],
  ['details', `array_append(details, '{}')`],
];

export const TAMPERS: readonly Tamper[] = [
  ...FIELDS.map(([name, value], field): Tamper => ({
    name: `edit of ${name}`,
    apply: (tx, at) => editField(tx, at, field, value),
  })),
  ...COLUMNS.map(([column, value]): Tamper => ({
    name: `edit of a page's ${column}`,
    async apply(tx, { seq }) {
      const { id, details } = await pageAt(tx, seq);
      if (column === 'details')
        await sql(tx, 'update audit_page set details = $2 where id = $1', id, [...details, '{}']);
      else await sql(tx, `update audit_page set ${column} = ${value} where id = $1`, id);
      return { seq };
    },
  })),
  {
    name: 'edit of a detail',
    async apply(tx, { seq, place }) {
      const page = await pageAt(tx, seq);
      page.details[place] = '{"query":"forged"}';
      await writePage(tx, page);
      return { seq, event: idOf(page.events[place]) };
    },
  },
  {
    name: 'erasure of a detail that is recorded nowhere',
    async apply(tx, { seq }) {
      const page = await pageAt(tx, seq);
      const place = page.details.findIndex((detail) => detail !== null);
      if (place < 0) return editField(tx, { seq, place: 0, other: 1 }, 4, '4');
      page.details[place] = null;
      await writePage(tx, page);
      return { seq, event: idOf(page.events[place]) };
    },
  },
  {
    name: 'event removed from its page',
    async apply(tx, { seq, place }) {
      const page = await pageAt(tx, seq);
      page.events.splice(place, 1);
      page.details.splice(place, 1);
      await writePage(tx, page);
      // What stands in its place is named; behind the last one there is nothing.
      return { seq, event: idOf(page.events[place]) };
    },
  },
  {
    name: 'event put into a page',
    async apply(tx, { seq, place }) {
      const page = await pageAt(tx, seq);
      const framed = (page.events[place] ?? '').replace(/Practitioner\/\d/, 'Practitioner/framed');
      page.events.splice(place, 0, framed);
      page.details.splice(place, 0, null);
      await writePage(tx, page);
      return { seq };
    },
  },
  {
    name: 'events of a page in another order',
    async apply(tx, { seq: any }) {
      const seq = any % 4 === 0 ? any - 1 : any;
      const page = await pageAt(tx, seq);
      page.events.reverse();
      page.details.reverse();
      await writePage(tx, page);
      return { seq, event: idOf(page.events[0]) };
    },
  },
  {
    name: 'removed page',
    async apply(tx, { seq }) {
      await sql(tx, 'delete from audit_page where id = $1', (await pageAt(tx, seq)).id);
      return { seq };
    },
  },
  {
    name: 'removed page and link',
    async apply(tx, { seq }) {
      await sql(tx, 'delete from audit_page where id = $1', (await pageAt(tx, seq)).id);
      await sql(tx, 'delete from audit_link where seq = $1', seq);
      return { seq: seq + 1 };
    },
  },
  {
    name: 'edit of the digests of a link',
    async apply(tx, { seq }) {
      await sql(tx, `update audit_link set digests = overlay(digests placing '\\x00' from 1) where seq = $1`, seq);
      await sql(tx, `update audit_link set digests = overlay(digests placing '\\x01' from 2) where seq = $1`, seq);
      return { seq };
    },
  },
  {
    name: 'edit of an event with its digest computed again',
    async apply(tx, at) {
      await editField(tx, at, 10, 'Practitioner/innocent');
      const { id, events } = await pageAt(tx, at.seq);
      const digests = digestsOf({ ...EMPTY_PAGE, events: events.join('\u001e') });
      await sql(tx, 'update audit_link set digests = $2 where seq = $1', at.seq, digests);
      return { seq: at.seq, event: id };
    },
  },
  {
    name: 'reordered links',
    async apply(tx, { seq, other }) {
      const [a, b] = seq === other ? [1, 2] : [Math.min(seq, other), Math.max(seq, other)];
      await sql(tx, 'update audit_link set seq = -seq where seq in ($1, $2)', a, b);
      await sql(
        tx,
        'update audit_link set seq = case seq when -$1::bigint then $2::bigint else $1::bigint end where seq < 0',
        a,
        b,
      );
      return { seq: a };
    },
  },
  {
    name: 'inserted page',
    async apply(tx, { seq }) {
      await sql(
        tx,
        `insert into audit_page (tenant, recorded, id, tx, keys, events)
         select tenant, recorded, gen_random_uuid(), tx - 1, keys, replace(events, 'Practitioner/', 'Practitioner/framed')
         from audit_page where id = $1`,
        (await pageAt(tx, seq)).id,
      );
      return undefined;
    },
  },
  {
    name: 'cut tail',
    async apply(tx, { seq }) {
      const ids = (await readLinks(tx, seq - 1, 1000)).map(({ id }) => id);
      await sql(tx, 'delete from audit_page where id = any($1::uuid[])', ids);
      await sql(tx, 'delete from audit_link where seq >= $1', seq);
      return { seq };
    },
  },
  {
    name: 'edit with every hash after it computed again',
    async apply(tx, at) {
      await editField(tx, at, 10, 'Practitioner/innocent');
      let { hash } = (await linkAt(tx, at.seq - 1)) ?? { hash: Buffer.alloc(32) };
      const pages = await readChained(
        tx,
        { tx: -1, id: '00000000-0000-0000-0000-000000000000' },
        (await lastLink(tx)) ?? { tx: 0, id: '' },
      );
      for (const link of await readLinks(tx, at.seq - 1, 1000)) {
        const page = pages.find(({ id }) => id === link.id);
        if (page === undefined) throw new Error('no page');
        const digests = digestsOf(page);
        hash = linkHash(hash, page, digests);
        await sql(tx, 'update audit_link set hash = $1, digests = $2 where seq = $3', hash, digests, link.seq);
      }
      // Named by the first head that was signed over it.
      return { seq: at.seq <= PAGES / 2 + 1 ? PAGES / 2 + 1 : PAGES };
    },
  },
  {
    name: 'forged head',
    async apply(tx) {
      await sql(tx, `update audit_head set hash = sha256('forged') where seq = $1`, PAGES);
      return { seq: PAGES };
    },
  },
  {
    name: 'removed head',
    async apply(tx) {
      await sql(tx, 'delete from audit_head where seq = $1', PAGES);
      return { seq: PAGES };
    },
  },
];

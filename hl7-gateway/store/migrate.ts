import pg from 'pg';
import { messages } from './migrations/0001-messages.ts';
import { outgoing } from './migrations/0002-outgoing.ts';
import { pacs } from './migrations/0003-pacs.ts';
import { expiry } from './migrations/0004-expiry.ts';
import { partnerIndex } from './migrations/0005-partner-index.ts';
import { SCHEMA } from './open-store.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** In order; forward only: what was released is never changed, only followed by another one. */
const MIGRATIONS: readonly Migration[] = [messages, outgoing, pacs, expiry, partnerIndex];

/**
 * Brings schema `hl7_gateway` up to this gateway's version, one transaction a migration. Gateways that start at the same
 * time queue behind an advisory lock.
 * @returns names of the migrations that ran
 * @throws Error when a newer gateway has used the database
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`set lock_timeout = '60s'`);
    await client.query(`select pg_advisory_lock(hashtextextended('athanor hl7 gateway migrations', 0))`);
    await createSchema(client);
    await client.query(`set search_path = ${SCHEMA}`);
    await client.query(
      'create table if not exists migration (version integer primary key, name text not null, applied timestamptz not null default now())',
    );
    const { rows } = await client.query<{ version: number }>('select version from migration');
    const known = new Set(rows.map(({ version }) => version));
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    const ahead = [...known].find((version) => version > newest);
    if (ahead !== undefined) {
      throw new Error(`The gateway's schema has version ${ahead}, this gateway knows ${newest}: start a newer one.`);
    }
    const ran: string[] = [];
    for (const migration of MIGRATIONS.filter(({ version }) => !known.has(version))) {
      await apply(client, migration);
      ran.push(migration.name);
    }
    return ran;
  } finally {
    await client.end();
  }
}

/** A role that owns the schema, and may create no other, is refused `create schema if not exists` as well. */
async function createSchema(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [SCHEMA]);
  if (rowCount === 0) await client.query(`create schema ${SCHEMA}`);
}

async function apply(client: pg.Client, { version, name, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migration (version, name) values ($1, $2)', [version, name]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${name} of the gateway failed; its schema is as it was before.`, { cause });
  }
}

import pg from 'pg';
import { fenceOptions, keepFence, makeFenceRole } from './fence.ts';
import { base } from './migrations/0001-base.ts';
import { searchParameterJob } from './migrations/0002-search-parameter-job.ts';
import { importProgress } from './migrations/0003-import-progress.ts';
import { search } from './migrations/0004-search.ts';
import { packages } from './migrations/0005-package.ts';
import { terminology } from './migrations/0006-terminology.ts';
import { closure } from './migrations/0007-closure.ts';
import { tenant } from './migrations/0008-tenant.ts';
import { oauth } from './migrations/0009-oauth.ts';
import { account } from './migrations/0010-account.ts';
import { access } from './migrations/0011-access.ts';
import { audit } from './migrations/0012-audit.ts';
import { protection } from './migrations/0013-protection.ts';
import { apiKey } from './migrations/0014-api-key.ts';
import { changeFeed } from './migrations/0015-change-feed.ts';
import { moduleState } from './migrations/0016-module-state.ts';
import { projection } from './migrations/0017-projection.ts';
import { subscription } from './migrations/0018-subscription.ts';
import { job } from './migrations/0019-job.ts';
import { bulk } from './migrations/0020-bulk.ts';
import { bot } from './migrations/0021-bot.ts';
import { cdsHooks } from './migrations/0022-cds-hooks.ts';
import { tokenProbe } from './migrations/0023-token-probe.ts';
import { auditActivity } from './migrations/0024-audit-activity.ts';
import { projectionGeneration } from './migrations/0025-projection-generation.ts';
import { auditSaidOnce } from './migrations/0026-audit-said-once.ts';
import { feedIndex } from './migrations/0027-feed-index.ts';
import { labelsInUse } from './migrations/0028-labels-in-use.ts';
import { uriDictionary } from './migrations/0029-uri-dictionary.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** In order; forward only: what was released is never changed, only followed by another one. */
const MIGRATIONS: readonly Migration[] = [
  base,
  searchParameterJob,
  importProgress,
  search,
  packages,
  terminology,
  closure,
  tenant,
  oauth,
  account,
  access,
  audit,
  protection,
  apiKey,
  changeFeed,
  moduleState,
  projection,
  subscription,
  job,
  bulk,
  bot,
  cdsHooks,
  tokenProbe,
  auditActivity,
  projectionGeneration,
  auditSaidOnce,
  feedIndex,
  labelsInUse,
  uriDictionary,
];

const OLDEST_POSTGRES = 150_000;

/**
 * Brings the database's schema up to this server's version, one transaction per migration. Processes that start at the
 * same time queue behind an advisory lock.
 * @returns names of the migrations that ran
 * @throws Error when PostgreSQL is older than 15, or when a newer server has used the database
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, options: fenceOptions(0, false) });
  await client.connect();
  try {
    await checkServer(client);
    await client.query(`select pg_advisory_lock(hashtextextended('athanor migrations', 0))`);
    await client.query(
      'create table if not exists migration (version integer primary key, name text not null, applied timestamptz not null default now())',
    );
    const applied = await client.query<{ version: number }>('select version from migration order by version');
    const known = new Set(applied.rows.map((row) => row.version));
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    const ahead = [...known].find((version) => version > newest);
    if (ahead !== undefined) {
      throw new Error(`The database has schema version ${ahead}, this server knows ${newest}: start a newer server.`);
    }
    await makeFenceRole(client);
    const ran: string[] = [];
    for (const migration of MIGRATIONS) {
      if (known.has(migration.version)) continue;
      await apply(client, migration);
      ran.push(migration.name);
    }
    await keepFence(client);
    await client.query('select feed_rebase()');
    return ran;
  } finally {
    await client.end();
  }
}

async function checkServer(client: pg.Client): Promise<void> {
  const answer = await client.query<{ number: string; name: string }>(
    `select current_setting('server_version_num') as number, current_setting('server_version') as name`,
  );
  const { number = '0', name = 'unknown' } = answer.rows[0] ?? {};
  if (Number(number) < OLDEST_POSTGRES) throw new Error(`PostgreSQL 15 or newer is needed; this one is ${name}.`);
}

async function apply(client: pg.Client, { version, name, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migration (version, name) values ($1, $2)', [version, name]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed; the database is as it was before.`, { cause });
  }
}

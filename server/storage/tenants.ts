import pg from 'pg';
import type { Queryable } from './db.ts';
import { fenceOptions, raiseFence } from './fence.ts';

/** The tenant that owns what all share: definitions, search parameters, packages, terminology. The only one at first. */
export const MAIN_TENANT = 1;

/** An organisation with data of its own; a row of table tenant. */
export interface Tenant {
  readonly id: number;
  /** Short and unique, for commands. */
  readonly name: string;
  readonly title: string;
  /** `Organization/1` within the tenant. */
  readonly organization: string | null;
  /** What holds where no Consent of a patient says something. */
  readonly consent: ConsentDefault;
  readonly isDisabled: boolean;
}

export type ConsentDefault = 'opt-out' | 'opt-in';

export type NewTenant = Omit<Tenant, 'id' | 'isDisabled'>;

const COLUMNS = 'id, name, title, organization, consent, disabled is not null as "isDisabled"';
// A new tenant gets what modules bring.
const CHANGED = `update setting set value = (value::bigint + 1)::text where name in ('modules', 'tenants')`;

export async function readTenants(db: Queryable): Promise<Tenant[]> {
  return db.query({ name: 'read_tenants', text: `select ${COLUMNS} from tenant order by id`, values: [] });
}

/**
 * Makes a tenant with the next free number. With the second one row-level security begins to hold, before it is there;
 * servers that run need not be started again.
 * @throws Error when the name is taken or malformed
 */
export async function createTenant(connectionString: string, tenant: NewTenant): Promise<Tenant> {
  return withClient(connectionString, async (client) => {
    await raiseFence(client);
    const { name, title, organization, consent } = tenant;
    const made = await client.query<Tenant>(
      `with changed as (${CHANGED}) insert into tenant (id, name, title, organization, consent) ` +
        `select max(id) + 1, $1, $2, $3, $4 from tenant on conflict (name) do nothing returning ${COLUMNS}`,
      [name, title, organization, consent],
    );
    const [row] = made.rows;
    if (row === undefined) throw new Error(`There is a tenant "${name}" already.`);
    return row;
  });
}

/**
 * Disabled: nobody is let in, nothing is removed.
 * @throws Error for the main tenant, whose administrators look after all
 * @returns undefined when there is no tenant of that name
 */
export async function setTenantDisabled(
  connectionString: string,
  name: string,
  isDisabled: boolean,
): Promise<Tenant | undefined> {
  return withClient(connectionString, async (client) => {
    const named = await client.query<{ id: number }>('select id from tenant where name = $1', [name]);
    if (isDisabled && named.rows[0]?.id === MAIN_TENANT)
      throw new Error('The main tenant cannot be disabled; stop the server.');
    const { rows } = await client.query<Tenant>(
      `with changed as (${CHANGED}) update tenant set disabled = case when $2 then coalesce(disabled, now()) end ` +
        `where name = $1 returning ${COLUMNS}`,
      [name, isDisabled],
    );
    return rows[0];
  });
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, options: fenceOptions(0, false) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

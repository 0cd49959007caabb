import type { Queryable } from '../storage/db.ts';

/** Which version of a Library runs. */
export interface StoredBot {
  readonly tenant: number;
  /** Id of the Library. */
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of what was compiled. */
  readonly digest: Buffer;
  /** Milliseconds. */
  readonly deployed: number;
  readonly deployedBy: string;
}

const COLUMNS = 'tenant, id, name, version, digest, deployed, deployed_by as "deployedBy"';

/** Of every tenant. @param db the installation's */
export async function readBots(db: Queryable): Promise<readonly StoredBot[]> {
  return db.query({ text: `select ${COLUMNS} from bot order by tenant, name`, values: [] });
}

export async function findBot(
  db: Queryable,
  tenant: number,
  by: { readonly id: string } | { readonly name: string },
): Promise<StoredBot | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['name', by.name];
  const text = `select ${COLUMNS} from bot where tenant = $1 and ${column} = $2`;
  const [row] = await db.query<StoredBot>({ text, values: [tenant, value] });
  return row;
}

export async function storeBot(db: Queryable, bot: StoredBot): Promise<void> {
  const { tenant, id, name, version, digest, deployed, deployedBy } = bot;
  await db.query({
    text:
      `insert into bot (tenant, id, name, version, digest, deployed, deployed_by) values ($1, $2, $3, $4, $5, $6, $7) ` +
      `on conflict (tenant, id) do update set name = $3, version = $4, digest = $5, deployed = $6, deployed_by = $7`,
    values: [tenant, id, name, version, digest, deployed, deployedBy],
  });
}

/** @returns whether it was deployed */
export async function dropBot(db: Queryable, tenant: number, id: string): Promise<boolean> {
  const text = 'delete from bot where tenant = $1 and id = $2 returning id';
  return (await db.query({ text, values: [tenant, id] })).length > 0;
}

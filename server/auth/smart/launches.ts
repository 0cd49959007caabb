import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../kernel/json.ts';
import type { Queryable } from '../../storage/db.ts';
import { secretHash } from '../oauth/secret.ts';

/** An app that is opened out of a session, and what it shall know. */
export interface Launch {
  readonly client: string;
  readonly account: string;
  readonly tenant: number;
  /** Members of the token answer: `patient`, `encounter`, `intent`, `need_patient_banner`, `fhirContext`, … */
  readonly context: JsonObject;
}

const LIFETIME = 5 * 60_000;

/** The value of the `launch` parameter: 128 bits, for one use within five minutes. */
export async function createLaunch(db: Queryable, launch: Launch, now: number): Promise<string> {
  const handle = randomBytes(16).toString('base64url');
  await db.query({
    text: `insert into oauth_launch (id, client, account, tenant, context, expires) values ($1, $2, $3, $4, $5, $6)`,
    values: [
      secretHash(handle),
      launch.client,
      launch.account,
      launch.tenant,
      JSON.stringify(launch.context),
      now + LIFETIME,
    ],
  });
  return handle;
}

/** Who may use a launch: it means nothing in other hands. */
export type LaunchOwner = Omit<Launch, 'context'>;

/** The context of a launch that can still be used. */
export async function readLaunch(
  db: Queryable,
  handle: string,
  { client, account, tenant }: LaunchOwner,
  now: number,
): Promise<JsonObject | undefined> {
  const [row] = await db.query<{ readonly context: JsonObject }>({
    text: `select context from oauth_launch
           where id = $1 and client = $2 and account = $3 and tenant = $4 and expires > $5`,
    values: [secretHash(handle), client, account, tenant, now],
  });
  return row?.context;
}

/** Uses a launch up; false when somebody did before. */
export async function consumeLaunch(db: Queryable, handle: string): Promise<boolean> {
  const rows = await db.query({
    text: 'delete from oauth_launch where id = $1 returning id',
    values: [secretHash(handle)],
  });
  return rows.length > 0;
}

import { timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Db } from '../../../storage/db.ts';
import { newSecret, secretHash } from '../secret.ts';
import type { Client, ClientAuth } from './client.ts';

interface Row {
  readonly id: string;
  readonly metadata: Metadata;
  readonly secret: Buffer | null;
  readonly scopes: string;
  readonly tenants: number[] | null;
  readonly roles: string[];
  readonly cors_origins: string[];
}

interface Metadata {
  readonly name: string;
  readonly auth: ClientAuth;
  readonly redirectUris: readonly string[];
  readonly mayRefresh: boolean;
  readonly launchUrl?: string;
  readonly logoUri?: string;
  readonly jwksUri?: string;
  readonly jwks?: { readonly keys: readonly JsonObject[] };
}

/** A client and the SHA-256 of its secret. */
export interface StoredClient {
  readonly client: Client;
  readonly secretHash: Buffer | undefined;
}

const COLUMNS = 'id, metadata, secret, scopes, tenants, roles, cors_origins';

export async function readClient(db: Db, id: string): Promise<StoredClient | undefined> {
  // PostgreSQL has no text with that character.
  if (id.includes('\0')) return undefined;
  const [row] = await db.query<Row>({
    name: 'oauth_client',
    text: `select ${COLUMNS} from oauth_client where id = $1`,
    values: [id],
  });
  return row === undefined ? undefined : clientOf(row);
}

export async function listClients(db: Db): Promise<readonly Client[]> {
  const rows = await db.query<Row>({ text: `select ${COLUMNS} from oauth_client order by id`, values: [] });
  return rows.map((row) => clientOf(row).client);
}

/** @param secret what it will prove itself with; undefined for clients without one */
export async function insertClient(db: Db, client: Client, secret: string | undefined): Promise<void> {
  const { id, scopes, tenants, roles, corsOrigins, ...metadata } = client;
  await db.query({
    text: `insert into oauth_client (id, metadata, secret, scopes, tenants, roles, cors_origins)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      id,
      JSON.stringify(metadata satisfies Metadata),
      secret === undefined ? null : secretHash(secret),
      scopes.join(' '),
      tenants ?? null,
      roles,
      corsOrigins,
    ],
  });
}

/** A new secret in the place of the old one; undefined when there is no such client, or it has none. */
export async function replaceSecret(db: Db, id: string): Promise<string | undefined> {
  const secret = newSecret();
  const rows = await db.query({
    text: 'update oauth_client set secret = $2 where id = $1 and secret is not null returning id',
    values: [id, secretHash(secret)],
  });
  return rows.length === 0 ? undefined : secret;
}

/** Removes a client; grants go with it, and tokens mean nothing without it. */
export async function deleteClient(db: Db, id: string): Promise<boolean> {
  const rows = await db.query({ text: 'delete from oauth_client where id = $1 returning id', values: [id] });
  return rows.length > 0;
}

export function isSecret(sent: string, hash: Buffer): boolean {
  return timingSafeEqual(secretHash(sent), hash);
}

function clientOf({ id, metadata, secret, scopes, tenants, roles, cors_origins: corsOrigins }: Row): StoredClient {
  return {
    client: {
      ...metadata,
      id,
      scopes: scopes === '' ? [] : scopes.split(' '),
      ...(tenants === null ? {} : { tenants }),
      roles,
      corsOrigins,
    },
    secretHash: secret ?? undefined,
  };
}

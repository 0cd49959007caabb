import { fault } from '../../../kernel/fault.ts';
import { uuidv7 } from '../../../kernel/id.ts';
import type { Db } from '../../../storage/db.ts';
import { newSecret } from '../secret.ts';
import { checkClient, type ClientRules, type NewClient } from './check-client.ts';
import type { Client } from './client.ts';
import { deleteClient, insertClient, replaceSecret } from './client-store.ts';

export interface Registered {
  readonly client: Client;
  /** Told this once. */
  readonly secret: string | undefined;
}

export interface Registration {
  readonly db: Db;
  readonly rules: ClientRules;
  readonly now: () => number;
}

/**
 * Makes a client: for the command line, for administrators and for dynamic registration alike.
 * @throws Fault `client.invalid` 400
 */
export async function registerClient({ db, rules, now }: Registration, input: NewClient): Promise<Registered> {
  checkClient(input, rules);
  const client: Client = { ...input, id: uuidv7(now()) };
  const secret = client.auth.startsWith('client_secret') ? newSecret() : undefined;
  await insertClient(db, client, secret);
  return { client, secret };
}

/** @throws Fault `client.unknown` 404 */
export async function removeClient(db: Db, id: string): Promise<void> {
  if (!(await deleteClient(db, id))) throw unknown();
}

/**
 * The new secret; the old one is worth nothing from now on.
 * @throws Fault `client.unknown` 404
 */
export async function rotateSecret(db: Db, id: string): Promise<string> {
  const secret = await replaceSecret(db, id);
  if (secret === undefined) throw unknown();
  return secret;
}

function unknown(): Error {
  return fault('client.unknown', 404, 'not-found', 'There is no client of that id that has what is asked for.');
}

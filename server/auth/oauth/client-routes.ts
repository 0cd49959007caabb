import express, { type Request, type Router } from 'express';
import type { Principal } from '../../access/principal.ts';
import { requireFreshFactor } from '../../access/step-up.ts';
import { fault } from '../../kernel/fault.ts';
import { scopeParts } from '../smart/scope-parts.ts';
import { findAccessToken } from './access-tokens.ts';
import { metadataOf, readMetadata } from './clients/client-metadata.ts';
import { listClients, readClient } from './clients/client-store.ts';
import type { Client } from './clients/client.ts';
import { registerClient, removeClient, rotateSecret } from './clients/register-client.ts';
import { answering, jsonOf, readJson } from './json-routes.ts';
import type { OAuthEventKind } from './oauth-event.ts';
import type { OAuthOptions } from './options.ts';
import { registrationAnswer } from './registration-routes.ts';

const CLIENTS = '/admin/clients';
const ADMINISTRATOR = 'administrator';

/**
 * Clients of their own tenant for administrators with a token, in the form of RFC 7591; what changes something needs a
 * second factor that was given just now. https://www.rfc-editor.org/rfc/rfc7591
 */
export function clientRoutes(options: OAuthOptions): Router {
  const { db, now, isScope } = options;
  const router = express.Router();

  async function changer(request: Request): Promise<Principal> {
    const principal = await administratorOf(options, request);
    requireFreshFactor({ principal, isUnrestricted: false }, now());
    return principal;
  }

  async function tell(request: Request, by: Principal, kind: OAuthEventKind, client: string): Promise<void> {
    const { tenant, account = '' } = by;
    await options.onEvent({
      kind,
      outcome: 'success',
      at: now(),
      client,
      tenant,
      by: account,
      ip: options.ipOf(request),
    });
  }

  router.get(
    CLIENTS,
    answering(options, 'clients-listed', async (request, response) => {
      const { tenant } = await administratorOf(options, request);
      response.json((await listClients(db)).filter((client) => isOf(client, tenant)).map(metadataOf));
    }),
  );
  router.post(
    CLIENTS,
    readJson,
    answering(options, 'client-registered', async (request, response) => {
      const by = await changer(request);
      const input = { ...readMetadata(jsonOf(request)), tenants: [by.tenant] };
      const registered = await registerClient({ db, rules: { isScope }, now }, input);
      await tell(request, by, 'client-registered', registered.client.id);
      response.status(201).json(registrationAnswer(registered, now()));
    }),
  );
  router.delete(
    `${CLIENTS}/:id`,
    answering(options, 'client-removed', async (request, response) => {
      const by = await changer(request);
      const id = await ownClient(options, request, by);
      await removeClient(db, id);
      await tell(request, by, 'client-removed', id);
      response.status(204).end();
    }),
  );
  router.post(
    `${CLIENTS}/:id/secret`,
    answering(options, 'client-secret-changed', async (request, response) => {
      const by = await changer(request);
      const id = await ownClient(options, request, by);
      const secret = await rotateSecret(db, id);
      await tell(request, by, 'client-secret-changed', id);
      response.json({ client_id: id, client_secret: secret, client_secret_expires_at: 0 });
    }),
  );
  return router;
}

/** Who asks, by an app that was granted the whole of what its user may do: others must not act as an administrator. */
async function administratorOf(options: OAuthOptions, request: Request): Promise<Principal> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const principal = token === undefined ? undefined : (await findAccessToken(options, token))?.principal;
  if (principal === undefined) {
    throw fault('auth.badToken', 401, 'login', 'An access token of an administrator is needed.', undefined, {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  const isAdministrator = principal.kind === 'user' && principal.roles.includes(ADMINISTRATOR);
  if (!isAdministrator || principal.scopes?.some(isWhole) !== true) {
    const text = 'Clients are managed by administrators, with an app that was granted user/*.cruds.';
    throw fault('auth.notAdministrator', 403, 'forbidden', text);
  }
  return principal;
}

function isWhole(scope: string): boolean {
  const parts = scopeParts(scope);
  return parts?.context === 'user' && parts.type === '*' && parts.actions === 'cruds' && parts.query === undefined;
}

/** Clients that other tenants rely on too are managed from the command line. */
function isOf({ tenants }: Client, tenant: number): boolean {
  return tenants?.length === 1 && tenants[0] === tenant;
}

async function ownClient({ db }: OAuthOptions, request: Request, { tenant }: Principal): Promise<string> {
  const id = String(request.params.id);
  const stored = await readClient(db, id);
  if (stored === undefined || !isOf(stored.client, tenant)) {
    throw fault('client.unknown', 404, 'not-found', 'There is no client of that id in this organization.');
  }
  return id;
}

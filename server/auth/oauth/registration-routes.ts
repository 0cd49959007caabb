import express, { type Router } from 'express';
import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { metadataOf, readMetadata } from './clients/client-metadata.ts';
import { registerClient, type Registered } from './clients/register-client.ts';
import { answering, jsonOf, readJson } from './json-routes.ts';
import { REGISTRATION_ROUTE, type OAuthOptions } from './options.ts';

/** Apps register themselves, where that is allowed. https://www.rfc-editor.org/rfc/rfc7591 */
export function registrationRoutes(options: OAuthOptions): Router {
  const { db, now, isScope, onEvent, ipOf } = options;
  const router = express.Router();
  router.post(
    REGISTRATION_ROUTE,
    readJson,
    answering(options, 'client-registered', async (request, response) => {
      const { tenants: _notTheirs, ...input } = readMetadata(jsonOf(request));
      if (input.redirectUris.length === 0) {
        const text = 'redirect_uris is needed; systems are registered by an administrator.';
        throw fault('client.invalid', 400, 'value', text);
      }
      const registered = await registerClient({ db, rules: { isScope }, now }, input);
      await onEvent({
        kind: 'client-registered',
        outcome: 'success',
        at: now(),
        client: registered.client.id,
        ip: ipOf(request),
      });
      response.status(201).json(registrationAnswer(registered, now()));
    }),
  );
  return router;
}

export function registrationAnswer({ client, secret }: Registered, now: number): JsonObject {
  return {
    ...metadataOf(client),
    client_id_issued_at: Math.floor(now / 1000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
  };
}

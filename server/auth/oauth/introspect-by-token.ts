import express, { type RequestHandler } from 'express';
import { INTROSPECT_SCOPE } from '../smart/grantable.ts';
import { findAccessToken, type AccessToken } from './access-tokens.ts';
import { formOf, readForm } from './form.ts';
import type { Addresses, OAuthOptions } from './options.ts';

/**
 * Introspection for callers that hold a token instead of client credentials: of the tokens of their own client, or of any in
 * their tenant with the scope `introspect`. https://hl7.org/fhir/smart-app-launch/token-introspection.html
 */
export function introspectByToken(options: OAuthOptions, { issuer }: Addresses): RequestHandler {
  const router = express.Router();
  router.use((request, _response, next) => {
    // Client credentials are the library's matter.
    next(/^Bearer /i.test(request.headers.authorization ?? '') ? undefined : 'router');
  });
  router.use(readForm, async (request, response) => {
    response.set({ 'Cache-Control': 'no-store' });
    const event = { kind: 'introspection', at: options.now(), ip: options.ipOf(request) } as const;
    const refuse = async (status: number, error: string, description: string): Promise<void> => {
      await options.onEvent({ ...event, outcome: 'failure', detail: `${error}: ${description}` });
      response.status(status).json({ error, error_description: description });
    };
    const caller = await findAccessToken(options, request.headers.authorization?.slice('Bearer '.length) ?? '');
    if (caller === undefined) {
      response.set('WWW-Authenticate', `Bearer realm="${issuer}", error="invalid_token"`);
      await refuse(401, 'invalid_token', 'the token has expired or was revoked');
      return;
    }
    const token = formOf(request).one('token');
    if (token === undefined) {
      await refuse(400, 'invalid_request', 'token is missing');
      return;
    }
    const asked = await findAccessToken(options, token);
    const { client, account, tenant } = caller.principal;
    await options.onEvent({
      ...event,
      outcome: 'success',
      tenant,
      ...(client === undefined ? {} : { client }),
      ...(account === undefined ? {} : { account }),
    });
    const isTold = asked !== undefined && mayAsk(caller, asked);
    response.json(isTold ? description(asked, issuer) : { active: false });
  });
  return router;
}

function mayAsk({ principal }: AccessToken, asked: AccessToken): boolean {
  if (principal.client === asked.principal.client && principal.account === asked.principal.account) return true;
  return principal.scopes?.includes(INTROSPECT_SCOPE) === true && principal.tenant === asked.principal.tenant;
}

function description({ principal, context, issued, expires }: AccessToken, issuer: string): object {
  return {
    ...context,
    active: true,
    iss: issuer,
    client_id: principal.client,
    sub: principal.account,
    scope: principal.scopes?.join(' '),
    token_type: 'Bearer',
    iat: Math.floor(issued / 1000),
    exp: Math.floor(expires / 1000),
  };
}

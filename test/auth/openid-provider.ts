import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';

/** Another organisation's OpenID provider, which signs everybody in as {@link OpenIdProvider.person}. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly person: { subject: string; amr: string[] | undefined };
  close(): Promise<void>;
}

export const CLIENT = { id: 'athanor', secret: 'a secret of thirty-two characters' };

export async function openOpenIdProvider(callback: string): Promise<OpenIdProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const person: OpenIdProvider['person'] = { subject: 'person-1', amr: undefined };
  const configuration: Configuration = {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [callback],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub', 'amr'] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant(ctx: KoaContextWithOIDC) {
      const { client, session, provider } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(issuer, configuration);
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) {
      const { subject, amr } = person;
      const login = { accountId: subject, remember: false, ...(amr === undefined ? {} : { amr }) };
      void provider.interactionFinished(request, response, { login });
    } else void handle(request, response);
  });
  return {
    issuer,
    person,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the browser of a person does there: until it is sent back. @returns path and query of the callback */
export async function visitProvider(url: string): Promise<string> {
  const jar = new Map<string, string>();
  let at = url;
  for (let hop = 0; hop < 10; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
    await response.text();
    for (const set of response.headers.getSetCookie()) {
      const pair = set.split(';')[0] ?? '';
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const next = new URL(response.headers.get('location') ?? '/no-redirect', at);
    if (next.pathname.startsWith('/auth/sso/')) return next.pathname + next.search;
    if (next.pathname === '/no-redirect') throw new Error(`The provider answered ${response.status} at ${at}`);
    at = next.href;
  }
  throw new Error('The provider sends the browser in circles.');
}

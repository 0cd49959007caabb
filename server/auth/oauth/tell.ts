import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { OAuthEvent, OAuthEventKind } from './oauth-event.ts';
import type { OAuthOptions } from './options.ts';
import { routeOf } from './route-of.ts';

const KINDS: Readonly<Record<string, OAuthEventKind>> = {
  authorization: 'authorization',
  resume: 'authorization',
  token: 'token',
  introspection: 'introspection',
  revocation: 'revocation',
};

/** Tells what the protocol library decided, before the answer leaves; what cannot be kept is not answered. */
export function tellDecisions(provider: Provider, { onEvent, now, ipOf }: OAuthOptions): void {
  const failures = new WeakMap<KoaContextWithOIDC, Error>();
  const note = (ctx: KoaContextWithOIDC, error: Error): void => void failures.set(ctx, error);
  provider.on('authorization.error', note);
  provider.on('grant.error', note);
  provider.on('introspection.error', note);
  provider.on('revocation.error', note);
  provider.on('server_error', note);
  provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
    await next();
    const kind = KINDS[routeOf(ctx)];
    const failure = failures.get(ctx);
    // That a user agreed was told where they did; a request that waits for its user is no decision yet.
    if (kind === undefined || (kind === 'authorization' && failure === undefined)) return;
    await onEvent({ ...factsOf(ctx), ip: ipOf(ctx.req), kind, at: now(), ...outcomeOf(failure) });
  });
}

function outcomeOf(failure: Error | undefined): Pick<OAuthEvent, 'outcome' | 'detail'> {
  if (failure === undefined) return { outcome: 'success' };
  const { error_description: description, error_detail: detail } = failure as {
    readonly error_description?: string;
    readonly error_detail?: string;
  };
  const told = [failure.message, description, detail].filter((text) => text !== undefined);
  return { outcome: 'failure', detail: told.join(': ').slice(0, 500) };
}

function factsOf({ oidc }: KoaContextWithOIDC): Omit<OAuthEvent, 'kind' | 'at' | 'outcome'> {
  const { AccessToken, ClientCredentials, Client, Grant } = oidc.entities;
  const account = AccessToken?.accountId ?? Grant?.accountId;
  const scope = AccessToken?.scope ?? ClientCredentials?.scope;
  const patient = AccessToken?.extra?.patient;
  return {
    ...(Client === undefined ? {} : { client: Client.clientId }),
    ...(account === undefined ? {} : { account }),
    ...(scope === undefined ? {} : { scopes: scope.split(' ') }),
    ...(typeof patient === 'string' ? { patient } : {}),
  };
}

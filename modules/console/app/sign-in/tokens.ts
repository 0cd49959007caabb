import { CLIENT_ID } from './client.ts';
import type { Endpoints } from './endpoints.ts';

export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Who is signed in: `Practitioner/1`. */
  readonly user: string | undefined;
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly error_description?: string;
}

/** @throws Error when there are none */
export async function askForTokens({ token }: Endpoints, grant: Readonly<Record<string, string>>): Promise<Tokens> {
  const answer = await fetch(token, { method: 'POST', body: new URLSearchParams({ client_id: CLIENT_ID, ...grant }) });
  const body = (await answer.json()) as TokenAnswer;
  if (body.access_token === undefined) throw new Error(body.error_description ?? 'The server gave no token.');
  return {
    access: body.access_token,
    refresh: body.refresh_token,
    user: userIn(body.id_token),
  };
}

/**
 * The claim `fhirUser`. The token came from the server itself, so that its signature says nothing more.
 * https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
function userIn(idToken: string | undefined): string | undefined {
  const [, payload = ''] = idToken?.split('.') ?? [];
  if (payload === '') return undefined;
  const { fhirUser } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as {
    readonly fhirUser?: string;
  };
  return /[A-Z]\w+\/[\w.-]+$/.exec(fhirUser ?? '')?.[0];
}

/** Takes tokens back, so that they are worth nothing to whoever finds them. https://www.rfc-editor.org/rfc/rfc7009 */
export async function revokeTokens({ revocation }: Endpoints, { access, refresh }: Tokens): Promise<void> {
  for (const token of [refresh, access]) {
    if (token === undefined) continue;
    await fetch(revocation, { method: 'POST', body: new URLSearchParams({ client_id: CLIENT_ID, token }) });
  }
}

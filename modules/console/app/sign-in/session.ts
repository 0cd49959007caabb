import type { Send } from '../fhir/server.ts';
import type { Endpoints } from './endpoints.ts';
import { askForTokens, revokeTokens, type Tokens } from './tokens.ts';

export type Ending = 'signed-out' | 'idle' | 'ended-by-server';

/** What somebody may do here, for as long as this page is open: it lives in memory alone. */
export interface Session {
  /** Whether somebody signed in; otherwise it is a server that knows nobody. */
  readonly isSignedIn: boolean;
  /** Who: `Practitioner/1`. */
  readonly user: string | undefined;
  readonly send: Send;
  /** Takes the tokens back and tells those who listen. */
  end(how: Ending): Promise<void>;
}

/** A device that nobody touched for so long may have been left by its user; ms. */
export const IDLE = 15 * 60_000;

/** @param onEnd called once, when nothing can be asked any more */
export function openSession(endpoints: Endpoints, first: Tokens, onEnd: (how: Ending) => void): Session {
  let tokens: Tokens | undefined = first;
  let renewing: Promise<void> | undefined;

  async function end(how: Ending): Promise<void> {
    const last = tokens;
    tokens = undefined;
    if (last === undefined) return;
    onEnd(how);
    // What cannot be taken back runs out.
    if (how !== 'ended-by-server') await revokeTokens(endpoints, last).catch(() => undefined);
  }

  /** Once for all requests that found their token too old; each refresh token serves once. */
  function renew(refresh: string): Promise<void> {
    renewing ??= askForTokens(endpoints, { grant_type: 'refresh_token', refresh_token: refresh })
      .then((renewed) => {
        if (tokens !== undefined) tokens = { ...renewed, user: tokens.user };
      })
      .finally(() => (renewing = undefined));
    return renewing;
  }

  async function send(url: string, request: RequestInit): Promise<Response> {
    const used = tokens;
    if (used === undefined) throw new Error('You are signed out.');
    const answer = await fetch(url, bearing(request, used.access));
    if (answer.status !== 401) return answer;
    try {
      if (tokens === used && used.refresh !== undefined) await renew(used.refresh);
      else await renewing;
    } catch {
      await end('ended-by-server');
      return answer;
    }
    const current = tokens;
    const again = current === undefined ? answer : await fetch(url, bearing(request, current.access));
    if (again.status === 401) await end('ended-by-server');
    return again;
  }

  return { isSignedIn: true, user: first.user, send, end };
}

/** Everything goes, to a server without sign-in. */
export function openWithoutSignIn(): Session {
  return {
    isSignedIn: false,
    user: undefined,
    send: (url, request) => fetch(url, { ...request, cache: 'no-store' }),
    end: () => Promise.resolve(),
  };
}

function bearing(request: RequestInit, token: string): RequestInit {
  const headers = { ...(request.headers as Readonly<Record<string, string>>), Authorization: `Bearer ${token}` };
  // No cookie: the interface knows nobody by one.
  return { ...request, headers, credentials: 'omit', cache: 'no-store' };
}

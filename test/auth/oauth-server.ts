import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Account, Session, SignIn } from '../../server/auth/account.ts';
import { createAuthenticate } from '../../server/auth/authenticate.ts';
import type { NewClient } from '../../server/auth/oauth/clients/check-client.ts';
import { registerClient, type Registered } from '../../server/auth/oauth/clients/register-client.ts';
import type { OAuthEvent } from '../../server/auth/oauth/oauth-event.ts';
import { openAuthorization } from '../../server/auth/oauth/open-authorization.ts';
import { scopeParts } from '../../server/auth/smart/scope-parts.ts';
import { Fault } from '../../server/kernel/fault.ts';
import { createSealer, type Sealer } from '../../server/protection/sealer.ts';
import { openDb, type Db } from '../../server/storage/db.ts';
import { createTestDatabase } from '../harness/test-database.ts';
import { openBrowser, type Browser } from './oauth-browser.ts';

export const REDIRECT = 'https://app.example.org/callback';

/** The authorization server over real HTTP and a real database, with three people who need not prove themselves. */
export interface OAuthServer {
  readonly origin: string;
  readonly fhirBase: string;
  readonly issuer: string;
  readonly db: Db;
  readonly sealer: Sealer;
  readonly events: readonly OAuthEvent[];
  readonly errors: readonly unknown[];
  readonly accounts: Map<string, Account>;
  readonly sessions: Map<string, Session>;
  client(input?: Partial<NewClient>): Promise<Registered>;
  /** A browser in which somebody is signed in: `physician`, `patient`, `administrator`, or an account of one's own. */
  browserOf(login: string, session?: Partial<Session>): Browser;
  token(parameters: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(
    path: string,
    parameters: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Who the FHIR interface takes the sender for. */
  whoAmI(token: string | undefined): Promise<Answer>;
  isAllowedOrigin(origin: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ServerSettings {
  readonly hasRegistration?: boolean;
  /** FHIR base that clients see, where a proxy stands in front. */
  readonly publicBase?: string;
  fetchKeys?(url: string): Promise<Response>;
}

const PATIENTS = [
  { id: 'p1', text: 'Ada Example, 1970-01-01' },
  { id: 'p2', text: 'Bob Example, 1980-02-02' },
];

export async function openOAuthServer({
  hasRegistration = false,
  publicBase,
  fetchKeys,
}: ServerSettings = {}): Promise<OAuthServer> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const db = openDb({ connectionString, max: 20, statementTimeout: 20_000, poolTimeout: 20_000 });
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const fhirBase = publicBase ?? `${origin}/fhir/R4`;
  const sealer = createSealer(randomBytes(32));
  const events: OAuthEvent[] = [];
  const errors: unknown[] = [];
  const { signIn, accounts, sessions } = people();
  const now = (): number => Date.now();
  const isScope = (text: string): boolean => scopeParts(text) !== undefined && !text.includes('Nonsense');
  const authorization = await openAuthorization({
    db,
    fhirBase,
    signIn,
    sealer,
    isScope,
    pickers: {
      findPatients: (_session, text) => Promise.resolve(PATIENTS.filter((patient) => patient.text.includes(text))),
      findPatient: (_session, id) => Promise.resolve(PATIENTS.find((patient) => patient.id === id)),
      findEncounters: (_session, patient) => Promise.resolve([{ id: `e-${patient}`, text: 'Visit' }]),
    },
    fetchKeys: fetchKeys ?? (() => Promise.reject(new Error('no keys to fetch'))),
    hasRegistration,
    ipOf: (request) => request.socket.remoteAddress ?? '',
    organizations: () => Promise.resolve([{ resourceType: 'Organization', id: 'one', name: 'Clinic One' }]),
    onEvent(event) {
      events.push(event);
      return Promise.resolve();
    },
    onError: (error) => void errors.push(error),
    now,
  });
  const authenticate = createAuthenticate({
    db,
    now,
    signIn,
    fhirBase,
    apiKey: () => ({ kind: 'client', tenant: 1, client: 'api-key:1', roles: [], scopes: [], purposes: [] }),
  });
  app.use(authorization.router);
  app.get('/fhir/R4/whoami', async (request, response) => {
    try {
      response.json(await authenticate(request));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      response.status(error.status).set(error.headers).json({ code: error.code });
    }
  });
  // Where the fixture's sign-in is: whoever the browser says.
  app.get('/sign-in', (_request, response) => response.send('sign in'));

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(origin + path, init);
    const text = await response.text();
    const body = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}) as Answer['body'];
    return { status: response.status, headers: response.headers, body };
  }
  const post: OAuthServer['post'] = (path, parameters, headers = {}) =>
    send(path, { method: 'POST', headers, body: new URLSearchParams(parameters) });

  return {
    origin,
    fhirBase,
    issuer: `${new URL(fhirBase).origin}/auth`,
    db,
    sealer,
    events,
    errors,
    accounts,
    sessions,
    client: (input = {}) =>
      registerClient(
        { db, rules: { isScope }, now },
        {
          name: 'Test app',
          auth: 'none',
          redirectUris: [REDIRECT],
          scopes: ['patient/*.cruds', 'user/*.cruds'],
          mayRefresh: true,
          roles: [],
          corsOrigins: [],
          ...input,
        },
      ),
    browserOf(login, session = {}) {
      const account = accounts.get(login);
      const browser = openBrowser(origin);
      if (account === undefined) return browser;
      const cookie = randomBytes(8).toString('hex');
      const [membership] = account.memberships;
      if (membership === undefined) throw new Error('an account needs a membership');
      sessions.set(cookie, {
        id: `session-${cookie}`,
        account,
        membership,
        methods: ['pwd'],
        signedIn: Date.now(),
        csrfToken: randomBytes(16).toString('hex'),
        ...session,
      });
      browser.cookies.set('who', cookie);
      return browser;
    },
    token: (parameters, headers) => post('/auth/token', parameters, headers),
    post,
    whoAmI: (token) =>
      send('/fhir/R4/whoami', { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } }),
    isAllowedOrigin: authorization.isAllowedOrigin,
    async close() {
      authorization.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await db.close();
      await database.drop();
    },
  };
}

function people(): { signIn: SignIn; accounts: Map<string, Account>; sessions: Map<string, Session> } {
  const account = (login: string, fhirUser: string, roles: readonly string[]): [string, Account] => [
    login,
    { id: `account-${login}`, login, validSince: 0, memberships: [{ tenant: 1, fhirUser, roles }] },
  ];
  const accounts = new Map([
    account('physician', 'Practitioner/1', ['physician']),
    account('administrator', 'Practitioner/2', ['administrator']),
    account('patient', 'Patient/p1', ['patient']),
  ]);
  const sessions = new Map<string, Session>();
  const signIn: SignIn = {
    sessionOf: (request: IncomingMessage) =>
      Promise.resolve(sessions.get(/\bwho=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')),
    signInUrl: (returnTo, options = {}) =>
      `/sign-in?${new URLSearchParams({ returnTo, ...texts(options) }).toString()}`,
    isLive: (id) => Promise.resolve([...sessions.values()].some((session) => session.id === id)),
    accountById: (id) => Promise.resolve([...accounts.values()].find((one) => one.id === id)),
  };
  return { signIn, accounts, sessions };
}

function texts(options: object): Record<string, string> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, String(value)]));
}

export const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rfc-7636';

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

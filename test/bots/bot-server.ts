import { randomBytes } from 'node:crypto';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import { openAudit } from '../../server/audit/open-audit.ts';
import { registerClient } from '../../server/auth/oauth/clients/register-client.ts';
import { openBots } from '../../server/boot/open-bots.ts';
import type { BotDescription } from '../../server/bots/bot.ts';
import { libraryOf } from '../../server/bots/library-of.ts';
import type { Bots } from '../../server/bots/open-bots.ts';
import type { JobQueue } from '../../server/jobs/job-queue.ts';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { readMasterKeys } from '../../server/protection/master-keys.ts';
import { openSubscriptions } from '../../server/subscriptions/open-subscriptions.ts';
import type { TestEngine } from '../harness/test-engine.ts';
import { openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';

/** What is left out has a default that lets the bot be called by nurses. */
export interface TestBot extends Partial<BotDescription> {
  readonly name: string;
  readonly source: string;
}

export interface BotServer extends FhirServer {
  readonly jobs: JobQueue;
  readonly errors: readonly unknown[];
  /** Ids of system clients, by role. */
  client(role: string, scopes: readonly string[]): Promise<string>;
  /** Deploys by REST as an administrator; the Library. */
  deploy(bot: TestBot): Promise<Body>;
  execute(id: string | undefined, input?: object, role?: string): ReturnType<FhirServer['send']>;
  runs(id: string | undefined): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Sends a request in a role; without it the server itself asks. */
export const as = (role: string): Readonly<Record<string, string>> => ({ 'X-Test-Role': role });

/** A server with audit, master key, subscriptions, jobs and bots, as a worker has them. */
export async function openBotServer(threads = 2): Promise<BotServer> {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const now = (): number => Date.now();
  const masters = readMasterKeys(randomBytes(32).toString('base64'));
  let opened: TestEngine | undefined;
  const server = await openFhirServer({
    isAudited: true,
    protection: { masters, parts: new Map() },
    authenticate: ({ headers }) => principalOf(headers['x-test-role']),
    operations(engine) {
      opened = engine;
      return [];
    },
  });
  if (opened === undefined) throw new Error('no engine');
  const { engine } = server;
  const audit = openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now, onError });
  const subscriptions = openSubscriptions({ engine, outbound: {}, retries: [50, 50, 50], now, onError });
  const jobs = await openJobs({ db: engine.db, onError });
  const config = { auth: 'on', botThreads: threads, botPrivateHosts: true, botRunDays: 30 } as const;
  const bots: Bots = await openBots({ config, opened, audit, reacts: { subscriptions, jobs }, now, onError });
  opened.extend({ operations: [...subscriptions.operations, ...bots.operations] });
  const api: BotServer = {
    ...server,
    jobs,
    errors,
    async client(role, scopes) {
      const { client } = await registerClient(
        { db: engine.db, rules: { isScope: () => true }, now },
        {
          name: role,
          auth: 'client_secret_basic',
          redirectUris: [],
          scopes,
          mayRefresh: false,
          tenants: [1],
          roles: [role],
          corsOrigins: [],
        },
      );
      return client.id;
    },
    async deploy(bot) {
      const { status, body } = await server.send('POST', 'Library/$deploy-bot', testLibrary(bot));
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body.issue)}`);
      return body;
    },
    execute: (id, input, role = 'nurse') => server.send('POST', `Library/${id ?? ''}/$execute`, input, as(role)),
    async runs(id) {
      const { body } = await server.get(`Library/${id ?? ''}/$runs`);
      const runs = (body.parameter ?? []) as readonly { readonly part?: readonly object[] }[];
      return runs.map(({ part = [] }) => Object.fromEntries(part.map(partOf)));
    },
    async close() {
      await bots.close();
      await subscriptions.close();
      await jobs.close();
      await server.close();
    },
  };
  return api;
}

export function testLibrary({ source, ...bot }: TestBot): JsonObject {
  const description: BotDescription = {
    title: bot.name,
    triggers: [{ kind: 'execute' }],
    callers: ['nurse'],
    client: undefined,
    hosts: [],
    secrets: [],
    limits: {},
    ...bot,
  };
  return libraryOf(description, { language: 'typescript', text: source });
}

function partOf(part: object): [string, unknown] {
  const { name, ...value } = part as { readonly name: string };
  return [name, Object.values(value)[0]];
}

function principalOf(role: string | string[] | undefined): Principal {
  if (typeof role !== 'string') return { ...SERVER, tenant: 1 };
  return {
    kind: 'user',
    tenant: 1,
    account: 'a',
    fhirUser: 'Practitioner/p',
    roles: [role],
    purposes: [],
    signedIn: Date.now(),
  };
}

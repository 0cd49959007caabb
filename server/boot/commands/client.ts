import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseSmartScope } from '../../access/smart-scope.ts';
import { recordOAuth } from '../../audit/from-oauth.ts';
import { openAudit } from '../../audit/open-audit.ts';
import { readMetadata } from '../../auth/oauth/clients/client-metadata.ts';
import { listClients } from '../../auth/oauth/clients/client-store.ts';
import { isSystem, type Client } from '../../auth/oauth/clients/client.ts';
import { registerClient, removeClient, rotateSecret } from '../../auth/oauth/clients/register-client.ts';
import { rotateKeys } from '../../auth/oauth/keys.ts';
import type { OAuthEvent } from '../../auth/oauth/oauth-event.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../../kernel/json.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine, type OpenEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor client add NAME --redirect URL… [--public | --jwks FILE | --jwks-uri URL] [--scope SCOPES]
                                     [--launch-url URL] [--origin ORIGIN…] [--tenant N…]
       athanor client add NAME --role ROLE… --scope SCOPES [--jwks FILE | --jwks-uri URL] [--tenant N]
       athanor client list
       athanor client remove ID
       athanor client rotate-secret ID
       athanor client rotate-keys

Apps that people sign in with (with redirect URLs), and systems that act for themselves (without). A client proves itself by
a secret, which is shown once, unless it is public or has keys. What is removed ends within 5 seconds, also in a server that
runs.

  --redirect     where a browser goes back to, to the letter: https, or http of this machine; may be given several times
  --public       an app in a browser or on a phone, which cannot keep a secret
  --jwks         file with the client's public keys (RS384, ES384)
  --jwks-uri     where the client publishes them
  --scope        the most that it may be granted: "openid fhirUser launch patient/*.rs offline_access"
  --launch-url   where an EHR launch opens the app
  --origin       of the app's scripts; default: those of the redirect URLs of a public app
  --role         what a system may do, such as system or lab; may be given several times
  --tenant       number of a tenant that it serves; default: all of them for apps, 1 for systems
  --help         this text

rotate-keys: the key that signs id_tokens is replaced by the next one, which is published already.`;

const DEFAULT_SCOPES =
  'openid fhirUser launch launch/patient launch/encounter offline_access online_access patient/*.rs user/*.rs';

type Work = (opened: OpenEngine, tell: Tell) => Promise<string>;
type Tell = (event: Pick<OAuthEvent, 'kind' | 'client'>) => Promise<void>;

/** `athanor client …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function clientCommand(argv: readonly string[]): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor client: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    process.stdout.write(await withEngine(work));
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) process.stderr.write(`athanor client: ${text}\n`);
    return 1;
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      redirect: { type: 'string', multiple: true, default: [] },
      public: { type: 'boolean', default: false },
      jwks: { type: 'string' },
      'jwks-uri': { type: 'string' },
      scope: { type: 'string' },
      'launch-url': { type: 'string' },
      origin: { type: 'string', multiple: true, default: [] },
      role: { type: 'string', multiple: true, default: [] },
      tenant: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [action, subject, ...others] = positionals;
  if (others.length === 0 && subject === undefined) {
    if (action === 'list') return async ({ engine }) => (await listClients(engine.db)).map(lineOf).join('');
    if (action === 'rotate-keys') return rotateSigningKeys;
  }
  if (others.length === 0 && subject !== undefined) {
    if (action === 'remove') return (opened, tell) => remove(opened, tell, subject);
    if (action === 'rotate-secret') return (opened, tell) => newSecret(opened, tell, subject);
    if (action === 'add') {
      const isApp = values.redirect.length > 0;
      const hasKeys = values.jwks !== undefined || values['jwks-uri'] !== undefined;
      if (values.public && hasKeys) throw new Error('--public goes with no keys');
      const tenants = values.tenant ?? (isApp ? undefined : ['1']);
      return (opened, tell) =>
        add(opened, tell, {
          client_name: subject,
          redirect_uris: values.redirect,
          token_endpoint_auth_method: hasKeys ? 'private_key_jwt' : values.public ? 'none' : 'client_secret_basic',
          scope: values.scope ?? (isApp ? DEFAULT_SCOPES : ''),
          roles: values.role,
          cors_origins: values.origin,
          ...(tenants === undefined ? {} : { tenants: tenants.map(Number) }),
          ...(values.jwks === undefined ? {} : { jwks: keysIn(values.jwks) }),
          ...(values['jwks-uri'] === undefined ? {} : { jwks_uri: values['jwks-uri'] }),
          ...(values['launch-url'] === undefined ? {} : { initiate_login_uri: values['launch-url'] }),
        });
    }
  }
  throw new Error('say add with a name, remove or rotate-secret with an id, list, or rotate-keys');
}

/** @throws Error when the file holds no JSON object */
function keysIn(file: string): JsonObject {
  const value = parseJson(readFileSync(file, 'utf8'));
  if (!isObject(value)) throw new Error(`${file} is no JWKS`);
  return value;
}

async function add({ engine }: OpenEngine, tell: Tell, metadata: JsonObject): Promise<string> {
  const { db, definitions, registry } = engine;
  const isScope = (scope: string): boolean => parseSmartScope(scope, { definitions, registry }) !== undefined;
  const registration = { db, rules: { isScope }, now: () => Date.now() };
  const { client, secret } = await registerClient(registration, readMetadata(metadata));
  await tell({ kind: 'client-registered', client: client.id });
  return `${lineOf(client)}${secret === undefined ? '' : `secret: ${secret}\n`}`;
}

async function remove({ engine }: OpenEngine, tell: Tell, id: string): Promise<string> {
  await removeClient(engine.db, id);
  await tell({ kind: 'client-removed', client: id });
  return `${id} is removed\n`;
}

async function newSecret({ engine }: OpenEngine, tell: Tell, id: string): Promise<string> {
  const secret = await rotateSecret(engine.db, id);
  await tell({ kind: 'client-secret-changed', client: id });
  return `secret: ${secret}\n`;
}

async function rotateSigningKeys({ engine, protection }: OpenEngine, tell: Tell): Promise<string> {
  if (protection === undefined) {
    throw fault(
      'oauth.noKeys',
      400,
      'not-supported',
      'There are no keys while sign-in is off; set AUTH=on as for the server.',
    );
  }
  await rotateKeys(engine.db, protection.sealer, Date.now());
  await tell({ kind: 'keys-rotated' });
  return 'The next key signs from now on; what the one before signed stays good until the next rotation.\n';
}

async function withEngine(work: Work): Promise<string> {
  const config = readConfig(process.env);
  const database = await openSharedDatabase(config);
  try {
    const onError = (error: unknown): void => void process.stderr.write(`athanor client: ${String(error)}\n`);
    const opened = await openEngine({
      ...engineOptions(config, database.connectionString, onError),
      runsJobs: false,
    });
    try {
      const now = (): number => Date.now();
      const record = recordOAuth(openAudit({ dbOf: (tenant) => opened.engine.dbOf(tenant), now, onError }).log);
      return await work(opened, async (event) => {
        if (config.audit === 'on') await record({ ...event, outcome: 'success', at: now(), by: 'server' });
      });
    } finally {
      await opened.close();
    }
  } finally {
    await database.close();
  }
}

function lineOf(client: Client): string {
  const { id, name, auth, redirectUris, roles, scopes, tenants } = client;
  const kind = isSystem(client) ? `system with roles ${roles.join(', ')}` : `app at ${redirectUris.join(', ')}`;
  const served = tenants === undefined ? 'all tenants' : `tenants ${tenants.join(', ')}`;
  return `${id} ${name}: ${kind}; ${auth}; ${served}; ${scopes.join(' ')}\n`;
}

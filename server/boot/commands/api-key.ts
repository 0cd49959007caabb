import { parseArgs } from 'node:util';
import { createApiKeys, type ApiKeys } from '../../auth/api-keys/api-keys.ts';
import type { ApiKey } from '../../auth/api-keys/stored-key.ts';
import { Fault } from '../../kernel/fault.ts';
import { readConfig } from '../config.ts';
import { engineOptions } from '../engine-options.ts';
import { openEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor api-key create NAME --role ROLE… [--scope SCOPE…] [--network RANGES] [--days N] [--tenant N]
       athanor api-key list [--tenant N]
       athanor api-key revoke ID [--tenant N]

Keys by which programs sign in: they are sent as Bearer tokens. A key is shown once, when it is made. What is revoked ends
within 5 seconds, also in a server that runs.

  --role      a role such as system or lab; may be given several times
  --scope     a SMART scope such as system/Observation.rs that limits what the roles may do; may be given several times
  --network   the only addresses it may be used from: 10.0.0.0/8,192.168.1.7
  --days      how long it is good for: 1 to 365, default 90
  --tenant    number of the tenant, default 1
  --help      this text`;

type Work = (keys: ApiKeys) => Promise<string>;

/** `athanor api-key …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function apiKeyCommand(argv: readonly string[]): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor api-key: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    process.stdout.write(await withKeys(work));
    return 0;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    for (const { text } of error.issues) process.stderr.write(`athanor api-key: ${text}\n`);
    return 1;
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      role: { type: 'string', multiple: true, default: [] },
      scope: { type: 'string', multiple: true },
      network: { type: 'string' },
      days: { type: 'string', default: '90' },
      tenant: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [action, name, ...others] = positionals;
  const tenant = Number(values.tenant);
  if (!/^[1-9][0-9]{0,4}$/.test(values.tenant)) throw new Error('--tenant is the number of a tenant');
  if (action === 'list' && name === undefined) return async (keys) => listing(await keys.list(tenant));
  if (name !== undefined && others.length === 0) {
    if (action === 'revoke') {
      return async (keys) => {
        await keys.revoke(tenant, name);
        return `${name} is revoked\n`;
      };
    }
    if (action === 'create') {
      const { role: roles, scope: scopes, network: networks } = values;
      return async (keys) => {
        const { key, stored } = await keys.create({
          tenant,
          name,
          roles,
          ...(scopes === undefined ? {} : { scopes }),
          ...(networks === undefined ? {} : { networks }),
          days: Number(values.days),
          createdBy: 'command line',
        });
        return `${listing([stored])}${key}\n`;
      };
    }
  }
  throw new Error('say create with a name, revoke with an id, or list');
}

async function withKeys(work: Work): Promise<string> {
  const config = readConfig(process.env);
  const database = await openSharedDatabase(config);
  try {
    const onError = (error: unknown): void => void process.stderr.write(`athanor api-key: ${String(error)}\n`);
    const { engine, close } = await openEngine({
      ...engineOptions(config, database.connectionString, onError),
      runsJobs: false,
    });
    try {
      return await work(createApiKeys({ db: engine.db, context: engine, now: () => Date.now() }));
    } finally {
      await close();
    }
  } finally {
    await database.close();
  }
}

function listing(keys: readonly ApiKey[]): string {
  return keys.map((key) => `${lineOf(key)}\n`).join('');
}

function lineOf({ id, start, name, roles, scopes, networks, expires, revoked, used }: ApiKey): string {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return [
    `${id} ${start}… ${name}: ${roles.join(', ')}`,
    ...(scopes === undefined ? [] : [`only ${scopes.join(' ')}`]),
    ...(networks === undefined ? [] : [`from ${networks}`]),
    revoked === undefined ? `until ${day(expires)}` : `revoked on ${day(revoked)}`,
    used === undefined ? 'never used' : `last used on ${day(used)}`,
  ].join('; ');
}

import { parseArgs } from 'node:util';
import { openDb } from '../../storage/db.ts';
import { createTenant, readTenants, setTenantDisabled, type NewTenant, type Tenant } from '../../storage/tenants.ts';
import { readConfig } from '../config.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor tenant create NAME --title TEXT [--organization Organization/ID] [--consent opt-out|opt-in]
       athanor tenant list
       athanor tenant disable NAME
       athanor tenant enable NAME

Organisations that share this server, each with data of its own that no other one reaches. A server that runs at the same
time knows the change within two seconds. NAME: a-z, 0-9 and "-".

  --title          name for people
  --organization   the Organization resource within the tenant that it stands for
  --consent        what holds where no Consent of a patient says something: opt-out (default): access for treatment
                   is permitted; opt-in: it is not
  --help           this text`;

type Work = (connectionString: string) => Promise<string>;

/** `athanor tenant …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function tenantCommand(argv: readonly string[]): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor tenant: ${messageOf(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const database = await openSharedDatabase(readConfig(process.env));
  try {
    process.stdout.write(await work(database.connectionString));
    return 0;
  } catch (error) {
    process.stderr.write(`athanor tenant: ${messageOf(error)}\n`);
    return 1;
  } finally {
    await database.close();
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      title: { type: 'string' },
      organization: { type: 'string' },
      consent: { type: 'string', default: 'opt-out' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [action, name, ...others] = positionals;
  if (action === 'list' && name === undefined) return list;
  if (name !== undefined && others.length === 0) {
    if (action === 'create') {
      const tenant = newTenant(name, values);
      return async (connectionString) => `${line(await createTenant(connectionString, tenant))}\n`;
    }
    if (action === 'disable') return (connectionString) => disable(connectionString, name, true);
    if (action === 'enable') return (connectionString) => disable(connectionString, name, false);
  }
  throw new Error('say create, disable or enable with a name, or list');
}

function newTenant(
  name: string,
  {
    title,
    organization,
    consent,
  }: { readonly title?: string | undefined; readonly organization?: string | undefined; readonly consent: string },
): NewTenant {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) throw new Error('NAME has 1 to 63 characters out of a-z, 0-9 and "-"');
  if (title === undefined || title.trim() === '') throw new Error('--title is missing');
  if (organization !== undefined && !/^Organization\/[A-Za-z0-9.-]{1,64}$/.test(organization)) {
    throw new Error('--organization is a reference such as Organization/1');
  }
  if (consent !== 'opt-out' && consent !== 'opt-in') throw new Error('--consent is opt-out or opt-in');
  return { name, title, organization: organization ?? null, consent };
}

async function list(connectionString: string): Promise<string> {
  const db = openDb({ connectionString, max: 1, statementTimeout: 30_000, poolTimeout: 5000 });
  try {
    return (await readTenants(db)).map((tenant) => `${line(tenant)}\n`).join('');
  } finally {
    await db.close();
  }
}

async function disable(connectionString: string, name: string, isDisabled: boolean): Promise<string> {
  const tenant = await setTenantDisabled(connectionString, name, isDisabled);
  if (tenant === undefined) throw new Error(`there is no tenant "${name}"; athanor tenant list names them`);
  return `${line(tenant)}\n`;
}

function line({ id, name, title, consent, isDisabled }: Tenant): string {
  return `${id} ${name}: ${title}, ${consent}${isDisabled ? ', disabled' : ''}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

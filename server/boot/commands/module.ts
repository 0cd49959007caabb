import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { serverContext } from '../../fhir/request-context.ts';
import { Fault } from '../../kernel/fault.ts';
import { packageRoot } from '../../kernel/package-root.ts';
import { createInForce } from '../../module-host/state/in-force.ts';
import { openDb } from '../../storage/db.ts';
import { readModuleStates } from '../../storage/module-state.ts';
import { readTenants, type Tenant } from '../../storage/tenants.ts';
import { readConfig } from '../config.ts';
import { loadModules, modulesPlace } from '../load-modules.ts';
import { withClinic } from './command-clinic.ts';
import { writeSkeleton } from './module-skeleton.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor module new NAME
       athanor module list [--tenant NAME]
       athanor module enable NAME [--tenant NAME]
       athanor module disable NAME [--tenant NAME]

Modules of the clinic (modules/README.md). new writes one that works, with its test, and
lists it in server/docs. enable and disable are the switch of one
organisation; which modules run at all is the setting MODULES. A server that runs at the same time knows within two seconds.

  --tenant   name of the organisation, as in athanor tenant list; default: the main one
  --help     this text`;

type Work = () => Promise<string>;

/** `athanor module …`; resolves to the exit code: 0 done, 1 refused, 2 wrong arguments. */
export async function moduleCommand(argv: readonly string[]): Promise<number> {
  let work: Work | undefined;
  try {
    work = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor module: ${messageOf(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (work === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    process.stdout.write(await work());
    return 0;
  } catch (error) {
    const lines = error instanceof Fault ? error.issues.map(({ text }) => text) : [messageOf(error)];
    for (const line of lines) process.stderr.write(`athanor module: ${line}\n`);
    return 1;
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Work | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { tenant: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return undefined;
  const [action, name, ...others] = positionals;
  const { tenant } = values;
  if (action === 'list' && name === undefined) return () => list(tenant);
  if (name !== undefined && others.length === 0) {
    if (action === 'new' && tenant === undefined) return () => Promise.resolve(create(name));
    if (action === 'enable' || action === 'disable') return () => turn(name, action === 'enable', tenant);
  }
  throw new Error('say new, enable or disable with a name, or list');
}

function create(name: string): string {
  const files = writeSkeleton(modulesPlace().folder, name);
  const lines = files.map((file) => `  modules/${file}\n`);
  const documented = writeDocuments() ? 'server/docs lists what it contributes (npm run docs).\n' : '';
  return `${lines.join('')}${documented}Its test: npm test -- modules/${name}\n`;
}

/** Long enough for a machine that is busy; ms. */
const DOCUMENTS_TIMEOUT = 300_000;

/** The documents list what all modules contribute, and a test compares. @returns false where there is no checkout to write them by */
function writeDocuments(): boolean {
  const root = packageRoot();
  if (!existsSync(join(root, 'test/architecture/write-documents.ts'))) return false;
  const setUp = join(root, 'server/boot/setup.mjs');
  execFileSync(process.execPath, [setUp, 'docs'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: DOCUMENTS_TIMEOUT,
  });
  return true;
}

async function list(tenantName: string | undefined): Promise<string> {
  const config = readConfig(process.env);
  const registry = await loadModules(config.modules, process.env);
  const database = await openSharedDatabase(config);
  const db = openDb({
    connectionString: database.connectionString,
    max: 1,
    statementTimeout: 30_000,
    poolTimeout: 5000,
  });
  try {
    const { id } = tenantOf(await readTenants(db), tenantName);
    const inForce = createInForce(registry, await readModuleStates(db));
    const lines = registry.found.map(({ manifest: { name, title, version, depends } }) => {
      const isRunning = registry.modules.some(({ manifest }) => manifest.name === name);
      const state = inForce.isEnabled(id, name) ? 'enabled' : isRunning ? 'disabled' : 'left out by MODULES';
      return `${name} ${version}: ${title}, ${state}${depends.length === 0 ? '' : `, depends on ${depends.join(', ')}`}\n`;
    });
    return lines.join('');
  } finally {
    await db.close();
    await database.close();
  }
}

async function turn(name: string, isOn: boolean, tenantName: string | undefined): Promise<string> {
  return withClinic('module', async ({ opened: { engine }, modules }) => {
    const tenant = tenantOf(await readTenants(engine.db), tenantName);
    await modules.turn(serverContext(engine, tenant.id, 'module', engine.settings.baseUrl), name, isOn);
    return `${name} is ${isOn ? 'enabled' : 'disabled'} for ${tenant.name}.\n`;
  });
}

function tenantOf(tenants: readonly Tenant[], name: string | undefined): Tenant {
  const tenant = name === undefined ? tenants[0] : tenants.find((each) => each.name === name);
  if (tenant === undefined) throw new Error(`there is no tenant "${name ?? ''}"; athanor tenant list names them`);
  return tenant;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

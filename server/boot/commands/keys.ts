import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addMasterKey, dropOldMasterKeys } from '../../protection/master-keys.ts';
import type { Protection } from '../../protection/open-protection.ts';
import { rotateKeys, type RotationContext } from '../../protection/rotate/rotate-keys.ts';
import { rotateMaster } from '../../protection/rotate/rotate-master.ts';
import type { Rotation } from '../../protection/rotate/rotation-table.ts';
import { readTenants, type Tenant } from '../../storage/tenants.ts';
import { readConfig } from '../config.ts';
import { engineOptions, masterKeyFile } from '../engine-options.ts';
import { openEngine, type OpenEngine } from '../open-engine.ts';
import { openSharedDatabase } from './shared-database.ts';

const USAGE = `usage: athanor keys rotate [--tenant NAME [--patient ID]] [--master]

Encrypts what PROTECTED names under new keys, and makes its search index anew, while servers run: everything stays readable
and is found at any time. To be run again when it was interrupted, and when PROTECTED was changed: then what is stored
becomes what PROTECTED says.

  --tenant    only this tenant's; default: every tenant's, one after the other
  --patient   only the keys of this patient
  --master    only the master key: what it wraps is wrapped by a new one. With MASTER_KEY put the new key before the old
              one, restart the servers, run this, and take the old one away
  --help      this text`;

/** Every process looks at keys at least every two seconds; ms. */
const BARRIER = 5000;

interface Wanted {
  readonly tenant: string | undefined;
  readonly patient: string | undefined;
  readonly isMaster: boolean;
}

/** `athanor keys …`; resolves to the exit code: 0 done, 1 failed, 2 wrong arguments. */
export async function keysCommand(argv: readonly string[]): Promise<number> {
  let wanted: Wanted | undefined;
  try {
    wanted = parse(argv);
  } catch (error) {
    process.stderr.write(`athanor keys: ${messageOf(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (wanted === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const config = readConfig(process.env);
  const database = await openSharedDatabase(config);
  try {
    const options = engineOptions(config, database.connectionString, report);
    const opened = await openEngine({ ...options, runsJobs: false });
    try {
      const { protection } = opened;
      if (protection === undefined)
        throw new Error('Nothing is encrypted here: see PROTECTED in server/docs/config.md.');
      if (wanted.isMaster) {
        const file = config.masterKey === undefined ? masterKeyFile(config) : undefined;
        await rotateMasterKey(opened, protection, file);
      } else await rotateTenants(opened, protection, options.baseUrls, wanted);
      return 0;
    } finally {
      await opened.close();
    }
  } catch (error) {
    report(error);
    return 1;
  } finally {
    await database.close();
  }
}

/** @throws Error that tells what is wrong with the arguments; undefined when help was asked for */
function parse(argv: readonly string[]): Wanted | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      patient: { type: 'string' },
      master: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { tenant, patient, master } = values;
  if (positionals.join(' ') !== 'rotate') throw new Error('The one thing that it does is "rotate".');
  if (patient !== undefined && tenant === undefined) throw new Error('--patient needs --tenant.');
  if (master && tenant !== undefined) throw new Error('--master goes with no other option.');
  return { tenant, patient, isMaster: master };
}

async function rotateMasterKey(
  { engine }: OpenEngine,
  protection: Protection,
  file: string | undefined,
): Promise<void> {
  const change = file === undefined ? {} : { add: () => addMasterKey(file), drop: () => dropOldMasterKeys(file) };
  const count = await rotateMaster({
    protection,
    db: engine.db,
    pause: (ms) => pause(ms),
    barrier: BARRIER,
    ...change,
  });
  process.stdout.write(`${count} keys are wrapped by the new master key.\n`);
}

async function rotateTenants(
  { engine, searchParameters }: OpenEngine,
  protection: Protection,
  baseUrls: readonly string[],
  { tenant, patient }: Wanted,
): Promise<void> {
  const tenants = (await readTenants(engine.db)).filter(({ name }) => tenant === undefined || name === tenant);
  if (tenants.length === 0) throw new Error(`There is no tenant "${tenant ?? ''}".`);
  for (const each of tenants) {
    const context: RotationContext = {
      protection,
      db: engine.db,
      index: (id) => ({
        definitions: engine.definitions,
        registry: searchParameters.registry,
        baseUrls,
        hasher: engine.hasher(id),
      }),
      now: () => Date.now(),
      pause: (ms) => pause(ms),
      barrier: BARRIER,
      onProgress: (rotation) => tell(each, rotation),
    };
    const { done } = await rotateKeys(context, each.id, patient);
    process.stdout.write(`${each.name}: ${done} versions are encrypted under new keys.\n`);
  }
}

function tell({ name }: Tenant, { phase, done }: Rotation): void {
  process.stderr.write(`${name}: ${phase}, ${done} done\n`);
}

function report(error: unknown): void {
  process.stderr.write(`athanor keys: ${messageOf(error)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { readFileSync } from 'node:fs';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { installPackages } from '../fhir/packages/install-packages.ts';
import { orderPackages } from '../fhir/packages/order-packages.ts';
import { readPackage, type FhirPackage } from '../fhir/packages/read-package.ts';
import { serverContext } from '../fhir/request-context.ts';
import { Fault } from '../kernel/fault.ts';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';
import { openClinic } from './open-clinic.ts';
import { packageArchives } from './package-archives.ts';

/** Installs what is new in PACKAGES_DIR. What cannot be installed is logged, and keeps nothing else from being served. */
export async function installPackageFolder(config: Config, connectionString: string, log: Log): Promise<void> {
  const onError = (error: unknown): void => log.error({ err: error }, 'background work failed');
  const { opened, close } = await openClinic({ config, connectionString, log, onError });
  try {
    const { engine } = opened;
    const ctx = serverContext(engine, 1, 'packages', engine.settings.baseUrl);
    const packages = await readAll(packageArchives(config), log);
    for (const one of orderPackages(packages)) await installOne(engine, ctx, one, log);
  } finally {
    await close();
  }
}

async function readAll(files: readonly string[], log: Log): Promise<FhirPackage[]> {
  const packages: FhirPackage[] = [];
  for (const file of files) {
    try {
      packages.push(await readPackage(readFileSync(file), false));
    } catch (error) {
      tell(log, { file }, error);
    }
  }
  return packages;
}

async function installOne(engine: Engine, ctx: Ctx, one: FhirPackage, log: Log): Promise<void> {
  const { name, version } = one;
  try {
    const { reports, issues } = await installPackages(engine, ctx, [one], { force: false });
    for (const { outcome, resources } of reports) {
      if (outcome !== 'unchanged') log.info({ name, version, resources }, `package ${outcome}`);
    }
    for (const { text } of issues) log.warn({ name, version, text }, 'package');
  } catch (error) {
    tell(log, { name, version }, error);
  }
}

/** Texts about a package name no patient. */
function tell(log: Log, which: object, error: unknown): void {
  if (!(error instanceof Fault)) log.error({ ...which, err: error }, 'package cannot be installed');
  else for (const { text } of error.issues) log.error({ ...which, text }, 'package cannot be installed');
}

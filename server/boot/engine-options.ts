import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_EVENT_SERVER } from '../audit/serve/audit-event-server.ts';
import { LOOPBACK } from '../http/base-url.ts';
import { FHIR_BASE } from '../http/request-path.ts';
import { openMasterKeyFile } from '../protection/master-keys.ts';
import type { Config } from './config.ts';
import type { EngineOptions } from './open-engine.ts';
import { publicBase, schemeOf } from './public-base.ts';
import { VERSION } from './version.ts';

/** How the configuration opens an engine on a database. @param onError told of failures of background work */
export function engineOptions(
  config: Config,
  connectionString: string,
  onError: (error: unknown) => void,
): EngineOptions {
  const loopback = LOOPBACK.map((name) => `${schemeOf(config)}://${name}:${config.port}${FHIR_BASE}`);
  const baseUrl = publicBase(config);
  return {
    connectionString,
    poolSize: config.poolSize,
    statementTimeout: config.statementTimeout,
    poolTimeout: config.poolTimeout,
    settings: {
      baseUrl,
      referentialIntegrity: config.referentialIntegrity,
      defaultCount: config.defaultPageSize,
      maxCount: config.maxPageSize,
      maxBundleEntries: config.maxBundleEntries,
      maxIncludes: config.maxIncludes,
      version: VERSION,
    },
    validation: config.validation,
    profiles: config.profiles,
    upstream: config.upstream,
    refuseWrongDisplays: config.wrongDisplays === 'error',
    baseUrls: [...new Set([baseUrl, ...loopback])],
    ...protection(config),
    typeServers: config.audit === 'on' ? [AUDIT_EVENT_SERVER] : [],
    runsJobs: true,
    now: () => Date.now(),
    onError,
  };
}

/** Where the master key is, when it is not configured. */
export function masterKeyFile({ dataDir }: Config): string {
  return join(dataDir, 'master.key');
}

/** A server that once encrypted must be able to read, whatever is configured now. */
function protection(config: Config): Pick<EngineOptions, 'protection'> {
  const { auth, masterKey, protected: parts } = config;
  const file = masterKeyFile(config);
  const isNeeded = auth === 'on' || masterKey !== undefined || parts.size > 0 || existsSync(file);
  return isNeeded ? { protection: { masters: masterKey ?? openMasterKeyFile(file), parts } } : {};
}

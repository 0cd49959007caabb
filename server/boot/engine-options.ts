import { LOOPBACK } from '../http/base-url.ts';
import { FHIR_BASE } from '../http/request-path.ts';
import type { Config } from './config.ts';
import type { EngineOptions } from './open-engine.ts';
import { VERSION } from './version.ts';

/** How the configuration opens an engine on a database. @param onError told of failures of background work */
export function engineOptions(
  config: Config,
  connectionString: string,
  onError: (error: unknown) => void,
): EngineOptions {
  const loopback = LOOPBACK.map((name) => `http://${name}:${config.port}${FHIR_BASE}`);
  const baseUrl = config.baseUrl ?? `http://localhost:${config.port}${FHIR_BASE}`;
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
    runsJobs: true,
    now: () => Date.now(),
    onError,
  };
}

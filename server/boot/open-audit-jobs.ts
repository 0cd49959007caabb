import { join } from 'node:path';
import { headFolder } from '../audit/chain/head-folder.ts';
import { createBreachWatch } from '../audit/heuristics/watch.ts';
import { startAuditJobs, type AuditJobs } from '../audit/jobs.ts';
import { holds } from '../protection/legal-hold.ts';
import type { AccountsOptions } from './open-accounts.ts';
import { sealerOf } from './open-accounts.ts';
import { readNetworkCountries } from './network-countries.ts';

/** Chains and signs the audit trail, watches it for breaches, and lets go of what is old. */
export function openAuditJobs({ config, opened, now, onError }: Omit<AccountsOptions, 'audit'>): AuditJobs {
  const { engine } = opened;
  const { networkCountries } = config;
  const countryOf = networkCountries === undefined ? () => undefined : readNetworkCountries(networkCountries);
  return startAuditJobs({
    db: engine.db,
    sealer: sealerOf(opened),
    folder: headFolder(config.auditHeads ?? join(config.dataDir, 'audit-heads')),
    retentionYears: config.auditYears,
    holds: () => holds(engine.db),
    watch: createBreachWatch({ engine, exporters: config.bulkExporters, countryOf, now }),
    now,
    onError,
  });
}

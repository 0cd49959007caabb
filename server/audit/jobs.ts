import { every } from '../kernel/every.ts';
import type { Sealer } from '../protection/sealer.ts';
import type { Db } from '../storage/db.ts';
import { claimWatch } from '../storage/audit-incidents.ts';
import { makeAuditMonths, transactionBase } from '../storage/audit-chain.ts';
import type { HeadFolder } from './chain/head-folder.ts';
import { headKeys } from './chain/head-keys.ts';
import { signHead } from './chain/heads.ts';
import { linkEvents } from './chain/link-events.ts';
import { applyRetention, type Hold } from './retention.ts';

export interface AuditJobsOptions {
  /** The installation's, which reaches the events of all tenants. */
  readonly db: Db;
  readonly sealer: Sealer;
  readonly folder: HeadFolder;
  readonly retentionYears: number;
  holds(): Promise<readonly Hold[]>;
  /**
   * One pass of the heuristics over what is new; one process a minute does it.
   * @param before when the last pass began, ms; 0: never
   * @param base see transactionBase
   */
  watch(before: number, base: number): Promise<void>;
  now(): number;
  onError(error: unknown): void;
}

export interface AuditJobs {
  /** Ends what is under way, chains what is left and signs it. */
  close(): Promise<void>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Less than a minute, so that a process that did it the last time may do it again. */
const BETWEEN_WATCHES = 50 * SECOND;

/** Chains events, signs heads, watches for breaches, makes and drops months. Several processes may run it at once. */
export function startAuditJobs(options: AuditJobsOptions): AuditJobs {
  const { db, sealer, folder, now } = options;
  let base: number | undefined;

  const link = async (): Promise<void> => {
    base ??= await transactionBase(db);
    await linkEvents(db, base);
  };
  const watch = async (): Promise<void> => {
    const before = await claimWatch(db, now(), BETWEEN_WATCHES);
    if (before === undefined) return;
    base ??= await transactionBase(db);
    await options.watch(before, base);
  };
  const head = async (): Promise<void> => {
    const [key] = await headKeys(db, sealer, now());
    await signHead(db, key, folder, now());
  };
  const months = async (): Promise<void> => {
    await makeAuditMonths(db, new Date(now()).toISOString().slice(0, 7).concat('-01'));
    const [key] = await headKeys(db, sealer, now());
    const { retentionYears: years } = options;
    await applyRetention({ db, key, folder, years, now: now(), holds: () => options.holds() });
  };
  const loops = [
    every(SECOND, link, options.onError),
    every(MINUTE, watch, options.onError),
    every(HOUR, head, options.onError),
    every(24 * HOUR, months, options.onError),
  ];
  return {
    async close() {
      for (const loop of loops) await loop.stop();
      await link();
      await head();
    },
  };
}

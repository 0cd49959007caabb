import { every } from '../../server/kernel/every.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { Store } from '../store/open-store.ts';
import { DEFAULT_RETENTION, deleteExpired, type Retention } from '../store/retention.ts';
import type { InboxPorts } from './inbox-ports.ts';
import { closeSettled, tellParked } from './parked-tasks.ts';
import { freeAnswered, raiseCodes } from './pending-codes.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly ports: InboxPorts;
  readonly log: Log;
  wake(): void;
  /** Milliseconds between rounds. */
  readonly pause: number;
  readonly retention?: Retention;
}

const RETENTION_PAUSE = 600_000;
const MOST_DELETED = 1000;

/** What does not keep a message waiting: Tasks for people, their answers, and the end of what has been kept long enough. */
export function openHousekeeping({
  store,
  ports,
  log,
  wake,
  pause,
  retention = DEFAULT_RETENTION,
}: HousekeepingOptions): {
  stop(): Promise<void>;
} {
  const { workItems } = ports;
  const steps = [
    () => tellParked(store, workItems),
    () => raiseCodes(store, workItems),
    () => closeSettled(store, workItems),
    async () => {
      if ((await freeAnswered(store, workItems)) > 0) wake();
    },
  ];
  const tasks = every(
    pause,
    async () => {
      const failures: unknown[] = [];
      // One that the server refuses keeps none of the others.
      for (const step of steps) await step().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
    (err) => log.warn({ err }, 'Tasks of the inbox could not be kept up to date'),
  );
  const expiry = every(
    RETENTION_PAUSE,
    async () => {
      while ((await deleteExpired(store, retention, MOST_DELETED)) === MOST_DELETED);
    },
    (err) => log.warn({ err }, 'messages could not be deleted'),
  );
  return {
    async stop() {
      await Promise.all([tasks.stop(), expiry.stop()]);
    },
  };
}

import type { Db } from '../../storage/db.ts';
import { liveVersion } from '../../storage/live-version.ts';
import { forgetSeen } from '../../storage/uri-seen.ts';
import { onChange } from './changes.ts';
import { createLease, type Lease } from './lease.ts';

/** Forgets which uris are in the dictionary (storage/uri-seen.ts) when an erasure took some out of it, in whatever process. */
export async function openUriMemory(options: {
  readonly db: Db;
  now(): number;
  onError(error: unknown): void;
}): Promise<Pick<Lease, 'fresh' | 'close'>> {
  const { db, now, onError } = options;
  let version = await liveVersion(db, 'uris');
  const lease = createLease({
    now,
    onError,
    async check() {
      const current = await liveVersion(db, 'uris');
      if (current === version) return;
      forgetSeen();
      version = current;
    },
  });
  onChange(db, 'uris', () => {
    forgetSeen();
    lease.expire();
  });
  return lease;
}

import type { Db } from '../../storage/db.ts';
import { announceKeys, keysWrappedBy, rewrapKeys } from '../key-table.ts';
import type { Protection } from '../open-protection.ts';

export interface MasterRotation {
  readonly protection: Protection;
  readonly db: Db;
  /** Puts a new key before the others; absent when the operator has done so (MASTER_KEY). */
  add?(): void;
  /** Drops the keys that nothing is wrapped by any more. */
  drop?(): void;
  pause(ms: number): Promise<void>;
  /** Milliseconds after which every process knows of the new key. */
  readonly barrier: number;
}

const BATCH = 200;

/**
 * Wraps by the current master key what older ones wrap, while servers run.
 * @returns how many keys were wrapped again
 */
export async function rotateMaster(rotation: MasterRotation): Promise<number> {
  const { protection, db, barrier } = rotation;
  if (rotation.add !== undefined) {
    rotation.add();
    await announceKeys(db);
    await rotation.pause(barrier);
  }
  await protection.check();
  const { chain, masters } = protection;
  let count = 0;
  for (;;) {
    const keys = await keysWrappedBy(db, { masterBut: masters.current.id }, BATCH);
    if (keys.length === 0) break;
    await rewrapKeys(db, await chain.rewrap(keys));
    count += keys.length;
  }
  rotation.drop?.();
  return count;
}

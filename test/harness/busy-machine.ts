import { cpus, loadavg } from 'node:os';

/** Whether others use this machine so much that durations say little about this program. */
export function isMachineBusy(): boolean {
  return (loadavg()[0] ?? 0) > cpus().length / 2;
}

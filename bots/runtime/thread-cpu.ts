import { readFileSync, readlinkSync } from 'node:fs';

/** Number by which Linux knows the thread that calls; undefined on other systems. */
export function ownThread(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return undefined;
  }
}

/** Milliseconds of a processor that a thread of this process has had; undefined where the system does not tell. */
export function threadCpu(thread: number): number | undefined {
  try {
    const [nanoseconds = ''] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
    return /^[0-9]+$/.test(nanoseconds) ? Number(nanoseconds) / 1e6 : undefined;
  } catch {
    return undefined;
  }
}

import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Own CPU time and that of children that ended and were waited for; ms. */
  readonly cpu: number;
}

/** CPU time of a process and all below it, ms, without the trees of `except`. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function cpuOfTree(root: number, except: readonly number[] = []): number {
  return tree(root, except).reduce((sum, { cpu }) => sum + cpu, 0);
}

/** Resident memory of each process of the tree, bytes; shared pages count in each. */
export function memoryOfTree(root: number, except: readonly number[] = []): number[] {
  return tree(root, except).flatMap(({ pid }) => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1];
    return kilobytes === undefined ? [] : [Number(kilobytes) * 1024];
  });
}

export function processesOfTree(root: number, except: readonly number[] = []): number[] {
  return tree(root, except).map(({ pid }) => pid);
}

function tree(root: number, except: readonly number[]): ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const found: ProcessStat[] = [];
  const visit = (pid: number): void => {
    if (except.includes(pid)) return;
    const own = all.find((process) => process.pid === pid);
    if (own === undefined) return;
    found.push(own);
    for (const child of all) if (child.parent === pid) visit(child.pid);
  };
  visit(root);
  return found;
}

function readStat(pid: number): ProcessStat[] {
  const text = readProc(pid, 'stat');
  // The name in parentheses may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 16) return [];
  const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
  return [{ pid, parent: Number(fields[1]), cpu: (ticks * 1000) / TICKS_PER_SECOND }];
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

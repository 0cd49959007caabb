import { duration } from './progress.ts';
import { reasonsPath } from './rejected-lines.ts';
import type { Outcome } from './run.ts';

const MAX_KINDS = 20;

/** What an import did, for people. */
export function importSummary({ totals, rejected }: Outcome, seconds: number, dryRun: boolean): string {
  const types = [...totals.created].sort(([, a], [, b]) => b - a);
  const created = types.reduce((sum, [, count]) => sum + count, 0);
  const count = (value: number): string => value.toLocaleString('en');
  const lines: string[] = types.map(([type, number]) => `${count(number).padStart(12)}  ${type}`);
  const rate = seconds > 0 ? count(Math.round((created + totals.existing) / seconds)) : '-';
  lines.push(
    `${count(created).padStart(12)}  ${dryRun ? 'resources are valid' : 'resources created'} in ${duration(seconds)} (${rate}/s)`,
  );
  if (totals.existing > 0) lines.push(`${count(totals.existing).padStart(12)}  were there before (updated or found)`);
  if (totals.skipped > 0)
    lines.push(`${count(totals.skipped).padStart(12)}  lines (or entries of batches) were loaded by an earlier run`);
  lines.push(`${count(rejected.count).padStart(12)}  rejected`);
  const kinds = [...rejected.summary.values()].sort((a, b) => b.count - a.count);
  for (const kind of kinds.slice(0, MAX_KINDS)) lines.push(`${count(kind.count).padStart(14)} × ${kind.first}`);
  if (kinds.length > MAX_KINDS) lines.push(`${''.padStart(14)} and ${kinds.length - MAX_KINDS} more kinds of reasons`);
  if (rejected.path !== undefined) {
    lines.push(`Rejected lines: ${rejected.path}`, `Reasons:        ${reasonsPath(rejected.path)}`);
  }
  return `${lines.join('\n')}\n`;
}

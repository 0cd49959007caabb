import type { Ctx, Engine } from '../fhir/engine.ts';
import { isError } from '../fhir/write/prepare.ts';
import { parseStored } from '../fhir/write/current.ts';
import type { Issue } from '../kernel/fault.ts';
import { countStored, storedBatch, type StoredResource } from '../storage/stored-batches.ts';
import { createFindings, type FindingClass } from './findings.ts';

export interface StoredSelection {
  /** Resource types; empty: all. */
  readonly types: readonly string[];
  /** Least last update, in milliseconds. */
  readonly since: number;
}

export interface StoredValidation {
  readonly checked: number;
  readonly withErrors: number;
  readonly classes: readonly FindingClass[];
}

export interface StoredReport {
  /** Called for every resource with errors or warnings, and with those alone. */
  found(type: string, id: string, version: number, issues: readonly Issue[]): void;
  progress(checked: number, total: number): void;
}

const BATCH = 500;

/**
 * Validates resources that are stored already, as `$validate` would: after an import that left it for later, or after
 * profiles and code systems came that were not there when they were written. Changes nothing.
 */
export async function validateStored(
  engine: Engine,
  ctx: Ctx,
  selection: StoredSelection,
  report: StoredReport,
): Promise<StoredValidation> {
  const chosen = { types: selection.types.map((type) => engine.definitions.typeId(type)), since: selection.since };
  const total = await countStored(ctx.db, ctx.tenant, chosen);
  const findings = createFindings();
  let checked = 0;
  let withErrors = 0;
  const next = (after: number): Promise<readonly StoredResource[]> =>
    storedBatch(ctx.db, ctx.tenant, after, { ...chosen, limit: BATCH });
  let batch = await next(0);
  while (batch.length > 0) {
    // The next ones are read while these are checked.
    const following = next(batch.at(-1)?.pid ?? 0);
    const checks = batch.map(async (row) => {
      const type = engine.definitions.typeName(row.type);
      const issues = await engine.examine(parseStored(type, row), []);
      return { type, row, issues };
    });
    for (const { type, row, issues } of await Promise.all(checks)) {
      checked += 1;
      if (issues.length === 0) continue;
      if (issues.some(isError)) withErrors += 1;
      findings.add(type, row.id, issues);
      const serious = issues.filter(({ severity }) => severity !== 'information');
      if (serious.length > 0) report.found(type, row.id, row.version, serious);
    }
    report.progress(checked, total);
    batch = await following;
  }
  return { checked, withErrors, classes: findings.classes() };
}

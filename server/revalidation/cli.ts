import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { outcomeOf } from '../fhir/outcome.ts';
import { stringifyJson } from '../kernel/json.ts';
import type { FindingClass } from './findings.ts';
import { validateStored, type StoredSelection, type StoredValidation } from './validate-stored.ts';

const VALIDATE_USAGE = `usage: athanor validate [--type TYPE]… [--since TIME]

Checks the resources that are stored against everything the server knows now: elements, invariants, codes, profiles. Nothing is
changed. Every resource with issues is a line of a report in DATA_DIR; a summary by class of finding is printed.

  --type TYPE    resources of that type; may be given several times (default: all)
  --since TIME   resources changed since, such as 2026-01-31T08:00:00Z (default: all)
  --help         this text`;

/** What the command needs of the process that runs it. */
export interface ValidatePorts {
  readonly engine: Engine;
  readonly ctx: Ctx;
  /** DATA_DIR. */
  readonly dataDir: string;
  close(): Promise<void>;
}

/**
 * `athanor validate`.
 * @returns exit code: 0 no errors, 1 errors were found, 2 wrong arguments
 */
export async function runValidate(argv: readonly string[], open: () => Promise<ValidatePorts>): Promise<number> {
  let selection: StoredSelection | undefined;
  try {
    selection = readSelection(argv);
  } catch (error) {
    process.stderr.write(
      `athanor validate: ${error instanceof Error ? error.message : String(error)}\n\n${VALIDATE_USAGE}\n`,
    );
    return 2;
  }
  if (selection === undefined) {
    process.stdout.write(`${VALIDATE_USAGE}\n`);
    return 0;
  }
  const ports = await open();
  try {
    const unknown = selection.types.find((type) => !ports.engine.definitions.isResourceType(type));
    if (unknown !== undefined) {
      process.stderr.write(
        `athanor validate: "${unknown}" is no resource type of R4, such as Patient or Observation\n`,
      );
      return 2;
    }
    const { withErrors } = await reportStored(ports, selection);
    return withErrors === 0 ? 0 : 1;
  } finally {
    await ports.close();
  }
}

/** Validates, writes the report to DATA_DIR and the summary to standard output. */
export async function reportStored(
  { engine, ctx, dataDir }: Omit<ValidatePorts, 'close'>,
  selection: StoredSelection,
): Promise<StoredValidation> {
  const started = ctx.now();
  const path = join(dataDir, `validation-${new Date(started).toISOString().replace(/[:.]/g, '-')}.ndjson`);
  let shown = started;
  let file: number | undefined;
  try {
    const result = await validateStored(engine, ctx, selection, {
      found(type, id, version, issues) {
        file ??= openSync(path, 'w', 0o600);
        writeSync(
          file,
          `${stringifyJson({ resource: `${type}/${id}/_history/${version}`, outcome: outcomeOf(issues) })}\n`,
        );
      },
      progress(checked, total) {
        if (ctx.now() - shown < 5000) return;
        shown = ctx.now();
        const rate = (checked * 1000) / (shown - started);
        const left = Math.ceil((total - checked) / rate);
        process.stderr.write(`${checked} of ${total} validated, ${Math.round(rate)}/s, ${left} s left\n`);
      },
    });
    process.stdout.write(summary(result, (ctx.now() - started) / 1000));
    if (file !== undefined) process.stdout.write(`All errors and warnings: ${path}\n`);
    return result;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readSelection(argv: readonly string[]): StoredSelection | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      type: { type: 'string', multiple: true, default: [] },
      since: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const since = values.since === undefined ? 0 : Date.parse(values.since);
  if (Number.isNaN(since)) throw new Error('--since takes a time such as 2026-01-31T08:00:00Z');
  return { types: values.type, since };
}

function summary({ checked, withErrors, classes }: StoredValidation, seconds: number): string {
  const rate = seconds > 0 ? Math.round(checked / seconds) : checked;
  const lines = [`${checked} resources validated in ${seconds.toFixed(1)} s (${rate}/s), ${withErrors} with errors`];
  for (const severity of SEVERITIES) {
    const found = classes.filter((finding) => finding.severity === severity);
    for (const finding of found.slice(0, MOST_SHOWN)) lines.push(describe(finding));
    if (found.length > MOST_SHOWN)
      lines.push(`${''.padStart(10)}   and ${found.length - MOST_SHOWN} more classes of ${severity}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Classes of each severity. */
const MOST_SHOWN = 20;
const SEVERITIES = ['fatal', 'error', 'warning', 'information'] as const;

function describe({ severity, element, text, count, examples }: FindingClass): string {
  return `${String(count).padStart(10)} × ${severity} ${element}: ${text} (${examples.join(', ')})`;
}

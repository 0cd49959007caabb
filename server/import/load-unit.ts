import { Fault } from '../kernel/fault.ts';
import { JsonSyntaxError, stringifyJson } from '../kernel/json.ts';
import { loadedLines } from '../storage/import-progress.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { checkItems } from './check-items.ts';
import { itemsOf, type Item } from './items.ts';
import { isMissingReference } from './missing-reference.ts';
import type { Reason, Remainder, Unit, UnitLine, UnitResult } from './unit.ts';
import { isTransient, writeItems, type Written } from './write-items.ts';

export interface LoadContext {
  readonly engine: Engine;
  readonly dryRun: boolean;
  ctx(): Ctx;
}

interface Refused {
  readonly item: Item;
  readonly reasons: readonly Reason[];
}

interface Tally {
  readonly created: Map<string, number>;
  existing: number;
  skipped: number;
  readonly deferred: Refused[];
  readonly rejected: Refused[];
}

/** Entries that go into one transaction when they do not belong together. */
const MAX_ITEMS = 500;
const MAX_REASONS = 5;

/**
 * Loads the lines of a unit: transactions one by one, everything else in transactions of up to 500 that are halved until
 * what cannot be written stands alone.
 * @throws Fault of a database that stays away; what was loaded until then is marked as loaded
 */
export async function loadUnit(load: LoadContext, unit: Unit): Promise<UnitResult> {
  const tally: Tally = { created: new Map(), existing: 0, skipped: 0, deferred: [], rejected: [] };
  const unreadable: Remainder[] = [];
  let loose: Item[] = [];
  for (const line of await unloaded(load, unit, tally)) {
    const items = readItems(line, unreadable);
    const [first] = items;
    if (items.length === 1 && first !== undefined && first.entries.length > 1) {
      await loadPiece(load, unit, loose, tally);
      loose = [];
      await loadPiece(load, unit, items, tally);
      continue;
    }
    for (const item of items) {
      loose.push(item);
      if (loose.length < MAX_ITEMS) continue;
      await loadPiece(load, unit, loose, tally);
      loose = [];
    }
  }
  await loadPiece(load, unit, loose, tally);
  return {
    created: Object.fromEntries(tally.created),
    existing: tally.existing,
    skipped: tally.skipped,
    deferred: remainders(tally.deferred),
    rejected: [...unreadable, ...remainders(tally.rejected)],
  };
}

async function unloaded({ ctx, dryRun }: LoadContext, { lines }: Unit, tally: Tally): Promise<readonly UnitLine[]> {
  if (dryRun) return lines;
  const { db, tenant } = ctx();
  const loaded = await loadedLines(
    db,
    tenant,
    lines.map((line) => line.key),
  );
  tally.skipped += loaded.size;
  return loaded.size === 0 ? lines : lines.filter((line) => !loaded.has(line.key));
}

function readItems(line: UnitLine, unreadable: Remainder[]): Item[] {
  try {
    return itemsOf(line);
  } catch (error) {
    unreadable.push({ ...line, reasons: reasonsOf(error) });
    return [];
  }
}

async function loadPiece(load: LoadContext, unit: Unit, items: readonly Item[], tally: Tally): Promise<void> {
  if (items.length === 0) return;
  try {
    const work = load.dryRun ? checkItems : writeItems;
    add(tally, await work(load.engine, load.ctx(), items));
  } catch (error) {
    if (isTransient(error)) throw error;
    const isMissing = error instanceof Fault && isMissingReference(error);
    if (items.length === 1 || (isMissing && !unit.isolate)) {
      const reasons = reasonsOf(error);
      for (const item of items) (isMissing ? tally.deferred : tally.rejected).push({ item, reasons });
      return;
    }
    const middle = items.length >> 1;
    await loadPiece(load, unit, items.slice(0, middle), tally);
    await loadPiece(load, unit, items.slice(middle), tally);
  }
}

function add(tally: Tally, written: Written): void {
  for (const [type, count] of written.created) tally.created.set(type, (tally.created.get(type) ?? 0) + count);
  tally.existing += written.existing;
  tally.skipped += written.skipped;
}

/** Lines as they came; of a batch, a batch of the entries concerned. */
function remainders(refused: readonly Refused[]): Remainder[] {
  const result: Remainder[] = [];
  const batches = new Map<UnitLine, Refused[]>();
  for (const one of refused) {
    const { item, reasons } = one;
    if (item.batch === undefined) {
      result.push({ ...item.line, reasons });
      continue;
    }
    const same = batches.get(item.line);
    if (same === undefined) batches.set(item.line, [one]);
    else same.push(one);
  }
  for (const [line, entries] of batches) {
    const rest = { ...entries[0]?.item.batch, entry: entries.flatMap(({ item }) => item.entries) };
    result.push({
      number: line.number,
      key: line.key,
      entryKeys: entries.map(({ item }) => item.key),
      bytes: Buffer.from(`${stringifyJson(rest)}\n`),
      reasons: entries.flatMap(({ reasons }) => reasons),
    });
  }
  return result;
}

function reasonsOf(error: unknown): readonly Reason[] {
  if (error instanceof Fault) {
    return error.issues.slice(0, MAX_REASONS).map(({ text, expression }) => ({
      code: error.code,
      text,
      ...(expression?.[0] === undefined ? {} : { expression: expression[0] }),
    }));
  }
  if (error instanceof JsonSyntaxError)
    return [{ code: 'json.syntax', text: `${error.message} (column ${error.column})` }];
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return [{ code: 'json.encoding', text: 'The line is not valid UTF-8.' }];
  }
  return [{ code: 'exception', text: error instanceof Error ? error.message : String(error) }];
}

import { createHash } from 'node:crypto';
import { fault } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { listEntries, parseEntry, refuseDuplicates, type Entry } from '../fhir/bundle/entries.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { uuidOf } from './read-lines.ts';
import type { UnitLine } from './unit.ts';

/** What is loaded or rejected as a whole: a resource, a transaction, or one entry of a batch. */
export interface Item {
  readonly key: string;
  readonly line: UnitLine;
  /** Entries of a transaction Bundle. */
  readonly entries: JsonArray;
  /** For an entry of a batch: the batch's other properties, to put together again what is left of it. */
  readonly batch?: JsonObject;
}

/** Bundles that are only an envelope; their resources are what is meant. https://hl7.org/fhir/R4/valueset-bundle-type.html */
const ENVELOPES: ReadonlySet<JsonValue | undefined> = new Set(['collection', 'searchset']);

/**
 * What a line asks for: a transaction is carried out whole, each entry of a batch and each plain resource by itself.
 * @throws JsonSyntaxError, or Fault when the line is not a resource
 */
export function itemsOf(line: UnitLine): Item[] {
  const value = parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line.bytes));
  if (!isObject(value) || typeof value.resourceType !== 'string') {
    throw fault(
      'import.notAResource',
      400,
      'structure',
      'A line must be a FHIR resource: a JSON object with resourceType.',
    );
  }
  if (value.resourceType !== 'Bundle') return [{ key: line.key, line, entries: [storing(value)] }];
  const { entry = [], ...batch } = value;
  if (!Array.isArray(entry))
    throw fault('bundle.badEntry', 400, 'structure', 'Bundle.entry must be an array.', 'Bundle.entry');
  if (value.type === 'transaction') return [{ key: line.key, line, entries: entry }];
  if (value.type === 'batch') {
    return entry.map((one, index) => ({ key: entryKey(line, index), line, entries: [one], batch }));
  }
  if (ENVELOPES.has(value.type)) return [{ key: line.key, line, entries: entry.flatMap(enveloped) }];
  return [{ key: line.key, line, entries: [storing(value)] }];
}

function entryKey(line: UnitLine, index: number): string {
  return line.entryKeys?.[index] ?? uuidOf(createHash('sha256').update(`${line.key} ${index}`).digest());
}

/** Under its id when it has one, under a new id otherwise. */
function storing(resource: JsonObject): JsonObject {
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : '';
  const request =
    typeof resource.id === 'string'
      ? { method: 'PUT', url: `${type}/${encodeURIComponent(resource.id)}` }
      : { method: 'POST', url: type };
  return { resource, request };
}

function enveloped(entry: JsonValue): JsonObject[] {
  if (!isObject(entry) || !isObject(entry.resource)) return [];
  // What a search says about itself is not part of the data.
  if (isObject(entry.search) && entry.search.mode === 'outcome') return [];
  const { fullUrl } = entry;
  return [{ ...(fullUrl === undefined ? {} : { fullUrl }), ...storing(entry.resource) }];
}

/**
 * The items' entries, checked.
 * @throws Fault that names the entry at fault; also for reads, operations and types that FHIR R4 does not have
 */
export function entriesOf(engine: Engine, ctx: Ctx, items: readonly Item[]): readonly Entry[] {
  const list = listEntries(engine, { entry: items.flatMap((item) => item.entries) });
  const entries = list.map((entry, index) => parseEntry(ctx.baseUrl, entry, index));
  for (const { method, path, index } of entries) {
    const longest = method === 'GET' || method === 'HEAD' ? 0 : method === 'POST' ? 1 : 2;
    if (path.length <= longest && engine.definitions.isResourceType(path[0] ?? '')) continue;
    const text =
      'An import takes creates, updates, patches and deletes of R4 resources; this entry asks for something else.';
    throw fault('import.notAWrite', 400, 'not-supported', text, `Bundle.entry[${index}].request.url`);
  }
  refuseDuplicates(entries);
  return entries;
}

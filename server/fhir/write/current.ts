import { parseJson, isObject, type JsonObject } from '../../kernel/json.ts';
import type { IndexRows } from '../../search/index/row-types.ts';
import { containedText, resourceText } from '../../storage/body.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { Current } from '../../storage/update.ts';
import type { Engine } from '../engine.ts';

/** Deeper than what clients may send, since a stored resource must always be readable again. */
const STORED_LIMITS = { maxDepth: 256 };

/** A stored row as a resource. */
export function parseStored(
  type: string,
  row: { id: string; version: number; updated: number; body: string },
): JsonObject {
  return parseText(type, resourceText({ ...row, type }));
}

/** {@link parseStored} by what JavaScript has for it, three times as fast; of decimals it keeps no digits, so nothing is written of it. */
export function parseLoosely(
  type: string,
  row: { id: string; version: number; updated: number; body: string },
): JsonObject {
  return JSON.parse(resourceText({ ...row, type })) as JsonObject;
}

/** A stored contained resource. */
export function parseContained(type: string, { id, body }: { readonly id: string; readonly body: string }): JsonObject {
  return parseText(type, containedText({ type, id, body }));
}

function parseText(type: string, text: string): JsonObject {
  const resource = parseJson(text, STORED_LIMITS);
  if (!isObject(resource)) throw new Error(`stored ${type} is not an object`);
  return resource;
}

const parsed = new WeakMap<LockedRow, JsonObject>();

/** A row as a resource; several decisions look at it, which must not change it. */
export function storedResource(type: string, row: LockedRow): JsonObject {
  let resource = parsed.get(row);
  if (resource === undefined) parsed.set(row, (resource = parseStored(type, row)));
  return resource;
}

const indexed = new WeakMap<LockedRow, IndexRows>();

/** The index rows of a row; decisions look at them before the difference to the next version is made of them. */
export function storedRows(engine: Engine, tenant: number, type: string, row: LockedRow): IndexRows {
  let rows = indexed.get(row);
  if (rows === undefined) {
    rows = engine.indexer.indexStored(storedResource(type, row), engine.hasher(tenant));
    indexed.set(row, rows);
  }
  return rows;
}

/** The old version with its index rows, computed again from its body: the index tables are never read to write. */
export function currentOf(engine: Engine, tenant: number, type: string, row: LockedRow): Current {
  return {
    pid: row.pid,
    typeId: engine.definitions.typeId(type),
    id: row.id,
    version: row.version,
    updated: row.updated,
    sortAt: row.sortAt,
    rows: storedRows(engine, tenant, type, row),
  };
}

import type { Definitions } from '../../definitions/definitions.ts';
import { parseJson, type JsonObject } from '../../kernel/json.ts';
import { createIndexer } from '../../search/index/create-indexer.ts';
import type { Indexer } from '../../search/index/indexer.ts';
import type { Hasher } from '../../search/index/key.ts';
import type { IndexRows } from '../../search/index/row-types.ts';
import type { IndexedRegistry } from '../../search/registry.ts';
import { containedText, resourceText } from '../../storage/body.ts';
import type { Queryable } from '../../storage/db.ts';
import { diffRows, type KeyedTable, type RowsDiff } from '../../storage/diff.ts';
import { deleteKeyed, deleteTokens, insertRows, type BodyRow, type OwnedRows } from '../../storage/protected-rows.ts';
import { indexedForm, type IndexScheme } from '../blind-index.ts';

export interface IndexContext {
  readonly definitions: Definitions;
  readonly registry: IndexedRegistry;
  readonly baseUrls: readonly string[];
  readonly hasher: Hasher;
}

const TABLES: readonly KeyedTable[] = ['ix_ref', 'ix_date', 'ix_quantity', 'ix_string', 'ix_position'];
const LIMITS = { maxDepth: 256 };

/** The rows of resources that one scheme makes and another one does not. */
export interface IndexChange {
  /** Adds what searches by the new scheme need, beside what is there. */
  add(tx: Queryable, tenant: number, rows: readonly BodyRow[]): Promise<void>;
  /** Removes what only the old scheme made. */
  remove(tx: Queryable, tenant: number, rows: readonly BodyRow[]): Promise<void>;
}

export function createIndexChange(context: IndexContext, from: IndexScheme, to: IndexScheme): IndexChange {
  const [before, after] = [indexerBy(context, from), indexerBy(context, to)];
  const diffOf = (row: BodyRow): OwnedRows<RowsDiff> => {
    const resource = resourceOf(context.definitions, row);
    const { hasher } = context;
    const rowsBy = (indexer: Indexer): IndexRows => indexer.index(resource, row.type < 0 ? hasher.contained() : hasher);
    return { pid: row.pid, sortAt: row.sortAt, rows: diffRows(rowsBy(before), rowsBy(after), false) };
  };
  return {
    async add(tx, tenant, rows) {
      const added = rows
        .map(diffOf)
        .map(({ rows: { added }, ...owner }) => ({ ...owner, rows: { ...NONE, tokens: added.tokens } }));
      // A batch may come a second time, and writers add these rows as well.
      await deleteTokens(
        tx,
        added.map(({ rows: { tokens }, ...owner }) => ({ ...owner, rows: tokens })),
      );
      await insertRows(tx, tenant, added);
    },
    async remove(tx, tenant, rows) {
      const diffs = rows.map(diffOf);
      await deleteTokens(
        tx,
        diffs.map(({ rows: { tokens }, ...owner }) => ({ ...owner, rows: tokens })),
      );
      for (const table of TABLES) {
        await deleteKeyed(
          tx,
          table,
          diffs.map(({ rows: { keys }, ...owner }) => ({ ...owner, rows: new Set(keys[table]) })),
        );
      }
      await insertRows(
        tx,
        tenant,
        diffs.map(({ rows: { added }, ...owner }) => ({ ...owner, rows: { ...added, tokens: [] } })),
      );
    },
  };
}

const NONE = { tokens: [], refs: [], dates: [], quantities: [], strings: [], positions: [] };

function indexerBy({ definitions, registry, baseUrls }: IndexContext, scheme: IndexScheme): Indexer {
  return createIndexer(definitions, registry, {
    baseUrls,
    forms: (resource) => [indexedForm(scheme, resource) ?? resource],
  });
}

function resourceOf(definitions: Definitions, row: BodyRow): JsonObject {
  const type = definitions.typeName(Math.abs(row.type));
  return parseJson(
    row.type < 0 ? containedText({ ...row, type }) : resourceText({ ...row, type }),
    LIMITS,
  ) as JsonObject;
}

import type {
  DateRow,
  IndexRows,
  PositionRow,
  QuantityRow,
  RefRow,
  StringRow,
  TokenRow,
  UriRow,
} from '../search/index/row-types.ts';

/**
 * Joins texts into one parameter that SQL takes apart with `string_to_array($n, chr(30))`: PostgreSQL splits it faster
 * than it parses an array literal full of escapes, and U+001E cannot stand unescaped in JSON text.
 */
const SEPARATOR = '\u001e';

export function joinTexts(texts: readonly string[]): string {
  return texts.join(SEPARATOR);
}

/** Array literal of numbers, number texts or NULLs. */
export function arrayLiteral(values: readonly (string | number | null)[]): string {
  let text = '{';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) text += ',';
    text += values[index] ?? 'NULL';
  }
  return `${text}}`;
}

/** Index rows of many resources, column by column: the arrays that one INSERT per table takes. */
export interface IndexColumns {
  add(pid: number, sortAt: number, rows: RowSet): void;
  /** Tables that have rows, in a fixed order, each with the values of its parameters. */
  tables(): readonly TableColumns[];
}

export type RowSet = Pick<IndexRows, 'tokens' | 'refs' | 'dates' | 'quantities' | 'strings' | 'positions'>;

export interface TableColumns {
  readonly table: IndexTable;
  readonly values: readonly string[];
}

export type IndexTable = 'ix_token' | 'ix_ref' | 'ix_date' | 'ix_quantity' | 'ix_string' | 'ix_position' | 'uri_seen';

type Cell = string | number | null;

interface Column {
  readonly name: string;
  readonly sqlType: string;
}

const numbers = (name: string, sqlType: string): Column => ({ name, sqlType });
const common: readonly Column[] = [numbers('key', 'bigint'), numbers('sort_at', 'bigint'), numbers('pid', 'bigint')];

/** Columns after `tenant`, in the order in which {@link cells} fills them. `text` columns travel joined. */
const INDEX_TABLES: Readonly<Record<Exclude<IndexTable, 'uri_seen'>, readonly Column[]>> = {
  ix_token: [...common, numbers('system', 'integer')],
  ix_ref: [...common, numbers('target', 'bigint')],
  ix_date: [...common, numbers('low', 'bigint'), numbers('high', 'bigint')],
  ix_quantity: [
    ...common,
    numbers('system', 'integer'),
    numbers('code', 'integer'),
    numbers('unit', 'integer'),
    numbers('canonical_unit', 'integer'),
    numbers('low', 'numeric'),
    numbers('high', 'numeric'),
    numbers('canonical_low', 'numeric'),
    numbers('canonical_high', 'numeric'),
  ],
  ix_string: [...common, numbers('exact', 'integer'), { name: 'value', sqlType: 'text' }],
  ix_position: [...common, numbers('latitude', 'double precision'), numbers('longitude', 'double precision')],
};

const ORDER = ['ix_token', 'ix_ref', 'ix_date', 'ix_quantity', 'ix_string', 'ix_position'] as const;

const cells = {
  ix_token: (row: TokenRow): Cell[] => [row.system],
  ix_ref: (row: RefRow): Cell[] => [row.target],
  ix_date: (row: DateRow): Cell[] => [row.low, row.high],
  ix_quantity: (row: QuantityRow): Cell[] => [
    row.system,
    row.code,
    row.unit,
    row.canonicalUnit,
    row.low,
    row.high,
    row.canonicalLow,
    row.canonicalHigh,
  ],
  ix_string: (row: StringRow): Cell[] => [
    row.exact,
    row.value.includes(SEPARATOR) ? row.value.replaceAll(SEPARATOR, ' ') : row.value,
  ],
  ix_position: (row: PositionRow): Cell[] => [row.latitude, row.longitude],
};

export function createIndexColumns(): IndexColumns {
  const columns = new Map<(typeof ORDER)[number], Cell[][]>();

  function append<Row extends { readonly key: string }>(
    table: (typeof ORDER)[number],
    rows: readonly Row[],
    pid: number,
    sortAt: number,
    rest: (row: Row) => Cell[],
  ): void {
    if (rows.length === 0) return;
    let target = columns.get(table);
    if (target === undefined) columns.set(table, (target = INDEX_TABLES[table].map(() => [])));
    for (const row of rows) {
      const values = [row.key, sortAt, pid, ...rest(row)];
      for (let index = 0; index < values.length; index += 1) target[index]?.push(values[index] ?? null);
    }
  }

  return {
    add(pid, sortAt, rows) {
      append('ix_token', rows.tokens, pid, sortAt, cells.ix_token);
      append('ix_ref', rows.refs, pid, sortAt, cells.ix_ref);
      append('ix_date', rows.dates, pid, sortAt, cells.ix_date);
      append('ix_quantity', rows.quantities, pid, sortAt, cells.ix_quantity);
      // string_to_array('') has no elements, and an empty text is found by nothing anyway.
      append(
        'ix_string',
        rows.strings.filter((row) => row.value !== ''),
        pid,
        sortAt,
        cells.ix_string,
      );
      append('ix_position', rows.positions, pid, sortAt, cells.ix_position);
    },
    tables() {
      const result: TableColumns[] = [];
      for (const table of ORDER) {
        const filled = columns.get(table);
        if (filled === undefined) continue;
        const values = INDEX_TABLES[table].map(({ sqlType }, index) => {
          const column = filled[index] ?? [];
          return sqlType === 'text' ? joinTexts(column.map(String)) : arrayLiteral(column);
        });
        result.push({ table, values });
      }
      return result;
    },
  };
}

/** Rows for the uri dictionary, sorted so that concurrent writers lock them in one order. */
export function uriColumns(uris: readonly UriRow[]): TableColumns {
  const sorted = [...uris].sort((a, b) => a.slot - b.slot || (a.value < b.value ? -1 : 1));
  return {
    table: 'uri_seen',
    values: [
      arrayLiteral(sorted.map((uri) => uri.slot)),
      arrayLiteral(sorted.map((uri) => uri.key)),
      joinTexts(sorted.map((uri) => uri.value)),
    ],
  };
}

/**
 * `insert into <table> select … from unnest(…)` with parameters from `$first` on.
 * @param gate SQL condition over the statement's CTEs, or an empty string
 */
export function insertSql(table: IndexTable, first: number, gate: string): string {
  const where = gate === '' ? '' : ` where ${gate}`;
  if (table === 'uri_seen') {
    return (
      `insert into uri_seen (slot, tenant, key, value) select u.slot, $1, u.key, u.value from ` +
      `unnest($${first}::smallint[], $${first + 1}::bigint[], string_to_array($${first + 2}, chr(30))) u(slot, key, value)${where} on conflict do nothing`
    );
  }
  const columns = INDEX_TABLES[table];
  const names = columns.map((column) => column.name).join(', ');
  const sources = columns
    .map(({ sqlType }, index) =>
      sqlType === 'text' ? `string_to_array($${first + index}, chr(30))` : `$${first + index}::${sqlType}[]`,
    )
    .join(', ');
  return `insert into ${table} (tenant, ${names}) select $1, u.* from unnest(${sources}) u(${names})${where}`;
}

/** Where chunks of rows go, in PostgreSQL's text format, in order. */
export interface RowSink {
  write(part: TablePart, chunk: number, rows: string): Promise<void>;
  /** Resolves when all of them are written. */
  settled(): Promise<void>;
}

export const TABLE_COLUMNS = {
  concept: [
    ...['id', 'descendants', 'length', 'is_active', 'is_abstract', 'code', 'display', 'definition', 'own'],
    ...['parents', 'lineage', 'words'],
  ],
  designation: ['concept', 'use', 'language', 'preferred', 'acceptable', 'value'],
  property: ['concept', 'kind', 'rel_group', 'target', 'number', 'value'],
  member: ['refset', 'concept', 'target', 'fields'],
  prefix: ['prefix', 'hits', 'ids'],
} as const;

export type TablePart = keyof typeof TABLE_COLUMNS;

/** Characters of a chunk: what is lost when a load is killed, and what the parser may be ahead of the database. */
const CHUNK = 4_000_000;

/**
 * Rows of one table, cut into chunks. The same rows always give the same chunks, so that a load that was killed can
 * leave out those that the database has.
 */
export interface TableWriter {
  /** Cells must be ready for the text format ({@link cell}). */
  add(row: string): void;
  /** Hands full chunks over; with `isLast` also the rest. */
  flush(isLast?: boolean): Promise<void>;
}

export function tableWriter(part: TablePart, sink: RowSink): TableWriter {
  const full: string[] = [];
  let buffer = '';
  let sent = 0;
  return {
    add(row) {
      buffer += row;
      if (buffer.length < CHUNK) return;
      full.push(buffer);
      buffer = '';
    },
    async flush(isLast = false) {
      if (isLast && buffer !== '') {
        full.push(buffer);
        buffer = '';
      }
      for (let chunk = full.shift(); chunk !== undefined; chunk = full.shift()) {
        await sink.write(part, sent, chunk);
        sent += 1;
      }
    },
  };
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in PostgreSQL's text format; the character zero, which it cannot hold, is left out. */
export function cell(value: string | undefined): string {
  if (value === undefined) return '\\N';
  const text = value.includes('\0') ? value.replaceAll('\0', '') : value;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

import { textOf, type Encoding } from './decode.ts';
import { UnreadableRelease } from './problem.ts';
import type { ReadContext } from './release-format.ts';
import type { ReleaseFile } from './release-input.ts';
import { quotedRows } from './quoted-rows.ts';

export interface RowLayout {
  readonly delimiter: '\t' | '|' | ',' | ';';
  /** Cells may stand between double quotes and hold delimiters and line ends. https://www.rfc-editor.org/rfc/rfc4180 */
  readonly isQuoted?: boolean;
  /** Names of columns in the first row (a `?` behind a name: may be missing), or places in files without one. */
  readonly columns: readonly string[] | readonly number[];
  readonly encoding?: Encoding;
}

/** Cells in the order of {@link RowLayout.columns}; a missing optional column is empty. */
export type OnRow = (cells: readonly string[], line: number) => void;

/**
 * Reads a file of rows. A row with too few cells is an error of its own, the others go on.
 * @throws UnreadableRelease for a missing column or a wrong encoding
 */
export async function readRows(
  context: ReadContext,
  file: ReleaseFile,
  layout: RowLayout,
  onRow: OnRow,
): Promise<void> {
  let places: readonly number[] | undefined = layout.columns.every((column) => typeof column === 'number')
    ? layout.columns
    : undefined;
  let needed = width(places, layout);
  const picked = new Array<string>(layout.columns.length).fill('');

  const take = (row: readonly string[], line: number): void => {
    if (places === undefined) {
      places = placesOf(file, row, layout.columns as readonly string[]);
      needed = width(places, layout);
      return;
    }
    if (row.length < needed) {
      if (row.length === 1 && row[0]?.trim() === '') return;
      context.problems.error(file.name, line, `has ${row.length} columns where ${needed} are needed`);
      return;
    }
    for (let at = 0; at < picked.length; at += 1) picked[at] = row[places[at] ?? -1] ?? '';
    context.countRow();
    onRow(picked, line);
  };

  const text = textOf(file, layout.encoding ?? 'utf-8', (bytes) => context.countBytes(bytes));
  if (layout.isQuoted === true) {
    for await (const rows of quotedRows(file.name, text, layout.delimiter)) {
      for (const { cells, line } of rows) take(cells, line);
      await context.drain();
    }
  } else {
    let line = 0;
    for await (const piece of text) {
      let start = 0;
      while (start < piece.length) {
        let end = piece.indexOf('\n', start);
        if (end === -1) end = piece.length;
        line += 1;
        take(piece.slice(start, piece.charCodeAt(end - 1) === 13 ? end - 1 : end).split(layout.delimiter), line);
        start = end + 1;
      }
      await context.drain();
    }
  }
  if (places === undefined) throw new UnreadableRelease(file.name, 'is empty');
}

/** Cells that a row must have at least. */
function width(places: readonly number[] | undefined, { columns }: RowLayout): number {
  if (places === undefined) return 0;
  const required = places.filter((_, at) => !isOptional(columns[at]));
  return required.length === 0 ? 0 : Math.max(...required) + 1;
}

function isOptional(column: string | number | undefined): boolean {
  return typeof column === 'string' && column.endsWith('?');
}

function placesOf(file: ReleaseFile, header: readonly string[], columns: readonly string[]): readonly number[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const places = columns.map((column) => names.indexOf(column.replace(/\?$/, '').toLowerCase()));
  const missing = columns.filter((column, at) => places[at] === -1 && !isOptional(column));
  if (missing.length === 0) return places;
  throw new UnreadableRelease(
    file.name,
    `has no column ${missing.join(', ')}; its columns are ${header.slice(0, 30).join(', ')}`,
    1,
  );
}

import { UnreadableRelease } from './problem.ts';

interface QuotedRow {
  readonly cells: readonly string[];
  /** 1-based line where the row begins. */
  readonly line: number;
}

const MAX_CELL = 1 << 20;

/**
 * Rows whose cells may stand between double quotes (https://www.rfc-editor.org/rfc/rfc4180), in portions.
 * @throws UnreadableRelease when a quote is never closed
 */
export async function* quotedRows(
  name: string,
  pieces: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<readonly QuotedRow[]> {
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let start = 1;
  for await (const piece of pieces) {
    const rows: QuotedRow[] = [];
    let from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const character = piece.charCodeAt(at);
      if (character === 10) line += 1;
      if (character === 34) {
        cell += piece.slice(from, at);
        // A doubled quote inside of quotes stands for one.
        if (isQuoted && piece.charCodeAt(at + 1) === 34) {
          cell += '"';
          at += 1;
        } else isQuoted = !isQuoted;
        from = at + 1;
      } else if (!isQuoted && character === 10) {
        const end = at > from && piece.charCodeAt(at - 1) === 13 ? at - 1 : at;
        cells.push(cell + piece.slice(from, end));
        rows.push({ cells, line: start });
        [cells, cell, from, start] = [[], '', at + 1, line];
      } else if (!isQuoted && piece.charAt(at) === delimiter) {
        cells.push(cell + piece.slice(from, at));
        [cell, from] = ['', at + 1];
      }
    }
    cell += piece.slice(from);
    if (cell.length > MAX_CELL) throw unclosed(name, start);
    yield rows;
  }
  if (isQuoted) throw unclosed(name, start);
  if (cells.length > 0 || cell !== '') yield [{ cells: [...cells, cell.replace(/\r$/, '')], line: start }];
}

function unclosed(name: string, line: number): UnreadableRelease {
  return new UnreadableRelease(name, 'has a double quote that is never closed in the row that begins here', line);
}

import type { ReportColumn, ReportRow } from '../sdk/report.ts';

/** How a report is written, piece by piece. */
export interface ReportFormat {
  readonly contentType: string;
  /** What stands before the rows. */
  start(columns: readonly ReportColumn[], id: string): string;
  row(columns: readonly ReportColumn[], row: ReportRow, isFirst: boolean): string;
  readonly end: string;
}

type Cell = ReportRow[number];

const NUMBER = /^-?(?:0|[1-9]\d{0,40})(?:\.\d{1,40})?$/;

export const REPORT_FORMATS: Readonly<Record<'json' | 'ndjson' | 'csv', ReportFormat>> = {
  json: {
    contentType: 'application/json; charset=utf-8',
    start(columns, id) {
      const described = columns.map(({ name, title, type }) => ({ name, title, type }));
      return `{"report":${JSON.stringify(id)},"columns":${JSON.stringify(described)},"rows":[`;
    },
    row: (columns, row, isFirst) => `${isFirst ? '' : ','}[${jsonCells(columns, row).join(',')}]`,
    end: ']}',
  },
  // https://github.com/ndjson/ndjson-spec
  ndjson: {
    contentType: 'application/x-ndjson; charset=utf-8',
    start: () => '',
    row(columns, row) {
      const cells = jsonCells(columns, row);
      return `{${columns.map(({ name }, index) => `${JSON.stringify(name)}:${cells[index] ?? 'null'}`).join(',')}}\n`;
    },
    end: '',
  },
  // https://www.rfc-editor.org/rfc/rfc4180
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    start: (columns) => csvLine(columns.map(({ title }) => csvText(title))),
    row: (columns, row) => csvLine(columns.map((column, index) => csvCell(column, row[index] ?? null))),
    end: '',
  },
};

/** Decimals as numbers with all of their digits. */
function jsonCells(columns: readonly ReportColumn[], row: ReportRow): readonly string[] {
  return columns.map(({ type }, index) => {
    const cell = row[index] ?? null;
    return type === 'decimal' && isNumber(cell) ? String(cell) : JSON.stringify(cell);
  });
}

function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function csvCell({ type }: ReportColumn, cell: Cell): string {
  if (cell === null) return '';
  return (type === 'integer' || type === 'decimal') && isNumber(cell) ? String(cell) : csvText(String(cell));
}

function isNumber(cell: Cell): boolean {
  return cell !== null && NUMBER.test(String(cell));
}

/**
 * A text that spreadsheets take for a text: what begins like a formula, in narrow or wide letters, is quoted by an
 * apostrophe. https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvText(text: string): string {
  const safe =
    /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

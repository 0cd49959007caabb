import type { ReportColumn, ReportRow } from '../sdk/report.ts';

/** The rows of a report, one by one, checked against its columns. @throws Error for a row that is not as declared */
export async function* checkedRows(
  columns: readonly ReportColumn[],
  rows: Promise<readonly ReportRow[]> | AsyncIterable<ReportRow>,
): AsyncGenerator<ReportRow> {
  const all = rows instanceof Promise ? await rows : rows;
  for await (const row of all) {
    if (row.length !== columns.length) {
      throw new Error(`a row has ${row.length} cells, and the report ${columns.length} columns`);
    }
    yield row;
  }
}

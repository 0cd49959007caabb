import type { ReactNode } from 'react';

export interface Column<T> {
  readonly title: string;
  /** Numbers stand below each other by their ends. */
  readonly isNumber?: boolean;
  readonly cell: (row: T) => ReactNode;
}

export interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Instead of a table without rows. */
  readonly empty: string;
}

/** A table; on a narrow screen each row is a block, whose cells say what they are. The first column names the row. */
export function Table<T>({ caption, columns, rows, keyOf, empty }: TableProps<T>) {
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  const [first, ...others] = columns;
  return (
    // Layouts other than tables take a table's roles away, so they are said.
    <table role="table">
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title, isNumber }) => (
            <th key={title} scope="col" role="columnheader" className={isNumber === true ? 'number' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            <th scope="row" role="rowheader">
              {first?.cell(row)}
            </th>
            {others.map(({ title, isNumber, cell }) => (
              <td key={title} role="cell" data-title={title} className={isNumber === true ? 'number' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

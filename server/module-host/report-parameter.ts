import type { Report } from '../sdk/report.ts';

export interface ContributedReport {
  /** Name of the module. */
  readonly module: string;
  readonly report: Report;
}

/** A report as `$reports` lists it. */
export function described({ module, report: { id, title, text, input, columns } }: ContributedReport): object {
  return {
    name: 'report',
    part: [
      { name: 'id', valueCode: id },
      { name: 'module', valueCode: module },
      { name: 'title', valueString: title },
      { name: 'text', valueString: text },
      ...Object.entries(input).map(([name, definition]) => ({
        name: 'parameter',
        part: [
          { name: 'name', valueString: name },
          { name: 'type', valueCode: definition.type },
          { name: 'min', valueInteger: definition.min ?? 0 },
          { name: 'max', valueString: definition.max ?? '1' },
          { name: 'text', valueString: definition.text },
        ],
      })),
      ...columns.map((column) => ({
        name: 'column',
        part: [
          { name: 'name', valueString: column.name },
          { name: 'title', valueString: column.title },
          { name: 'type', valueCode: column.type },
        ],
      })),
    ],
  };
}

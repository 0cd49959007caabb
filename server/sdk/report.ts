import type { ClinicReader, ModuleContext } from './clinic.ts';
import type { Input, ParameterDefinitions } from './operation.ts';
import type { ProjectionTables } from './projection.ts';

export interface ReportColumn {
  readonly name: string;
  readonly title: string;
  readonly type: 'string' | 'code' | 'date' | 'dateTime' | 'integer' | 'decimal';
}

/** Rows in the order of the columns; decimals as text, null for nothing. */
export type ReportRow = readonly (string | number | null)[];

/** `[base]/$report?report=ID&…`, as JSON, NDJSON or CSV. */
export interface Report<P extends ParameterDefinitions = ParameterDefinitions> {
  /** Unique among all modules. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Who may run it. */
  readonly roles: readonly string[];
  readonly input: P;
  readonly columns: readonly ReportColumn[];
  run(
    context: ModuleContext & ClinicReader & { projection(name: string): Promise<ProjectionTables> },
    input: Input<P>,
  ): Promise<readonly ReportRow[]> | AsyncIterable<ReportRow>;
}

export function defineReport<const P extends ParameterDefinitions>(report: Report<P>): Report {
  return report;
}

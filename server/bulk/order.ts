import type { JsonObject } from '../kernel/json.ts';

export const FORMATS = ['ndjson', 'parquet'] as const;
export type OutputFormat = (typeof FORMATS)[number];

export const ASSOCIATED = ['LatestProvenanceResources', 'RelevantProvenanceResources'] as const;
export type Associated = (typeof ASSOCIATED)[number];

/** What an export is asked for, checked. https://hl7.org/fhir/uv/bulkdata/STU2/export.html */
export interface ExportOrder {
  /** Whose data: the system's, all patients', those of a Group's members. */
  readonly level: 'system' | 'patient' | 'group';
  /** Id of the Group. */
  readonly group: string | undefined;
  /** Effective types; those that the caller may not see are left out. */
  readonly types: readonly string[];
  /** Only what was changed after it, ms. */
  readonly since: number | undefined;
  /** Searches (`Patient?gender=male`), each of one of the types; of one type any of them. */
  readonly typeFilters: readonly string[];
  /** `_elements` as given. */
  readonly elements: readonly string[];
  /** References (`Patient/1`) of the only patients that are wanted. */
  readonly patients: readonly string[] | undefined;
  readonly associated: Associated | undefined;
  readonly format: OutputFormat;
}

/** As it is kept while the work goes on; {@link orderOf} reads it again. */
export function payloadOf(order: ExportOrder): JsonObject {
  return JSON.parse(JSON.stringify(order)) as JsonObject;
}

export function orderOf(payload: JsonObject): ExportOrder {
  return payload as unknown as ExportOrder;
}

import type { Ctx } from '../fhir/engine.ts';

/** A text of NDJSON, gzipped or not. */
export interface ImportSource {
  /** As rejected lines name it. */
  readonly name: string;
  open(): AsyncIterable<Buffer>;
}

/** A line that could not be loaded. */
export interface RejectedLine {
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly expression?: string }[];
}

export interface LoadOutcome {
  /** New resources by type. */
  readonly created: Readonly<Record<string, number>>;
  /** Resources that were there before. */
  readonly existing: number;
  /** Lines that an earlier attempt, or another import of the same text, has loaded. */
  readonly skipped: number;
  /** Read from a file of the folder; to be read before that is removed. */
  rejected(): AsyncIterable<RejectedLine>;
}

/**
 * Loads lines as `athanor import` does, each text once however often it is tried.
 * @param folder for files while it goes on
 * @param progress told how many resources are loaded; what it throws ends the work
 */
export type LoadFiles = (
  ctx: Ctx,
  sources: readonly ImportSource[],
  folder: string,
  progress: (resources: number) => void,
) => Promise<LoadOutcome>;

import type { SegmentReader } from '../reading/segment-reader.ts';

/** One record of a master file: MFE, and what stands below it. */
export interface MasterRecord {
  readonly mfe: SegmentReader;
  readonly segments: readonly SegmentReader[];
  /** MFE-1 takes the record out of use: MDL (delete) or MDC (deactivate). Nothing is ever deleted. */
  readonly isInactive: boolean;
}

export function segmentOf({ segments }: MasterRecord, name: string): SegmentReader | undefined {
  return segments.find((segment) => segment.name === name);
}

import type { Engine } from '../fhir/engine.ts';
import type { LoadFiles } from './load-files.ts';
import type { OutputStore } from './stores/output-store.ts';

export interface BulkOptions {
  readonly engine: Engine;
  /** Folder of this machine for files while they are written. */
  readonly folder: string;
  /** Where they are kept then. */
  readonly store: OutputStore;
  /** Resources of one file; it may have a page more. */
  readonly perFile: number;
  /** Whether imports may fetch by plain http and from addresses that are not public. */
  readonly allowPrivate: boolean;
  readonly loadFiles: LoadFiles;
}

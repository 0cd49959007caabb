import type { Readable } from 'node:stream';

/** Where finished files are kept until they are past their time; every process of the server reaches it. */
export interface OutputStore {
  /** Keeps a file of this machine; one that is there already is replaced. */
  put(work: string, name: string, path: string): Promise<void>;
  /** Its bytes; nothing is asked for before they are read. */
  open(work: string, name: string): Readable;
  /** Removes all files of the work; there may be none. */
  drop(work: string): Promise<void>;
  close(): void;
}

import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { MAX_UNIT_BYTES, MAX_UNIT_LINES, type Reason, type Remainder, type Unit, type UnitLine } from './unit.ts';

export interface DeferredLine extends UnitLine {
  readonly source: string;
  readonly reasons: readonly Reason[];
}

/** Lines to be tried again. Their text waits in a file, because it may be most of the input. */
export interface DeferredLines {
  readonly count: number;
  add(source: string, line: Remainder): void;
  lines(): Generator<DeferredLine>;
  clear(): void;
  /** Removes the file. */
  close(): void;
}

type Place = Omit<DeferredLine, 'bytes'> & { readonly length: number };

export function createDeferredLines(path: string): DeferredLines {
  const file = openSync(path, 'w+', 0o600);
  let places: Place[] = [];
  let end = 0;
  return {
    get count() {
      return places.length;
    },
    add(source, { bytes, ...line }) {
      writeSync(file, bytes, 0, bytes.length, end);
      end += bytes.length;
      places.push({ source, length: bytes.length, ...line });
    },
    *lines() {
      let position = 0;
      for (const { length, ...line } of places) {
        const bytes = new Uint8Array(length);
        position += readSync(file, bytes, 0, length, position);
        yield { ...line, bytes };
      }
    },
    clear() {
      places = [];
      end = 0;
      ftruncateSync(file);
    },
    close() {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}

/** Deferred lines as units, see Unit.isolate. */
export function* retryUnits(lines: Iterable<DeferredLine>, isolate: boolean): Generator<Unit> {
  let group: DeferredLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    const isFull = group.length === MAX_UNIT_LINES || bytes + line.bytes.length > MAX_UNIT_BYTES;
    const [first] = group;
    if (first !== undefined && (isFull || first.source !== line.source)) {
      yield { source: first.source, lines: group, isolate };
      group = [];
      bytes = 0;
    }
    group.push(line);
    bytes += line.bytes.length;
  }
  const [first] = group;
  if (first !== undefined) yield { source: first.source, lines: group, isolate };
}

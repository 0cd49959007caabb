import { closeSync, openSync, writeSync } from 'node:fs';
import type { Reason, UnitLine } from './unit.ts';

/** Rejected lines, in a file that can be imported again once they are corrected, and the reasons in a file beside it. */
export interface RejectedLines {
  readonly count: number;
  /** Undefined as long as nothing was rejected. */
  readonly path: string | undefined;
  /** How often each reason (without the values in its text) came, and where it came first. */
  readonly summary: ReadonlyMap<string, { readonly count: number; readonly first: string }>;
  add(source: string, line: UnitLine, reasons: readonly Reason[]): void;
  close(): void;
}

interface Files {
  readonly lines: number;
  readonly reasons: number;
}

export function createRejectedLines(path: string): RejectedLines {
  const summary = new Map<string, { count: number; readonly first: string }>();
  let files: Files | undefined;
  let count = 0;
  return {
    get count() {
      return count;
    },
    get path() {
      return files === undefined ? undefined : path;
    },
    summary,
    add(source, { number, bytes }, reasons) {
      files ??= { lines: openSync(path, 'w', 0o600), reasons: openSync(reasonsPath(path), 'w', 0o600) };
      writeSync(files.lines, bytes);
      if (bytes.at(-1) !== 10) writeSync(files.lines, '\n');
      writeSync(files.reasons, `${JSON.stringify({ source, line: number, reasons })}\n`);
      count += 1;
      for (const reason of reasons) {
        const kind = `${reason.code}: ${reason.text.replace(/"[^"]*"/g, '"…"').replace(/\d+/g, 'N')}`;
        const known = summary.get(kind);
        if (known !== undefined) known.count += 1;
        else summary.set(kind, { count: 1, first: `${source}, line ${number}${at(reason)}: ${reason.text}` });
      }
    },
    close() {
      if (files === undefined) return;
      closeSync(files.lines);
      closeSync(files.reasons);
    },
  };
}

export function reasonsPath(path: string): string {
  return path.replace(/\.ndjson$/, '.reasons.ndjson');
}

function at({ expression }: Reason): string {
  return expression === undefined ? '' : `, ${expression}`;
}

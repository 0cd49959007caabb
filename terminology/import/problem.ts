/** What is wrong with a release, where. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  readonly text: string;
}

/** The input cannot be loaded: it is not what the format asks for, or more is wrong with it than is worth telling. */
export class UnreadableRelease extends Error {
  readonly file: string;
  readonly line: number | undefined;
  constructor(file: string, text: string, line?: number, cause?: unknown) {
    super(text, cause === undefined ? undefined : { cause });
    this.name = 'UnreadableRelease';
    this.file = file;
    this.line = line;
  }
}

const MAX_ERRORS = 100;
const MAX_WARNINGS = 20;

/** Collects problems; of each text only so many are kept, all are counted. */
export class Problems {
  readonly kept: Problem[] = [];
  errors = 0;
  warnings = 0;

  /** @throws UnreadableRelease after a hundred errors */
  error(file: string, line: number | undefined, text: string): void {
    this.errors += 1;
    this.kept.push({ severity: 'error', file, text, ...(line === undefined ? {} : { line }) });
    if (this.errors > MAX_ERRORS) {
      throw new UnreadableRelease(file, `more than ${MAX_ERRORS} errors; the rest of the release was not read`, line);
    }
  }

  warning(file: string, line: number | undefined, text: string): void {
    this.warnings += 1;
    if (this.warnings > MAX_WARNINGS) return;
    this.kept.push({ severity: 'warning', file, text, ...(line === undefined ? {} : { line }) });
  }
}

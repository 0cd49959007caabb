/** How far an import is, shown while it runs. */
export interface Progress {
  /** Compressed bytes read; resources loaded. */
  update(bytes: number, resources: number): void;
  done(): void;
}

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_PERIOD = 200;
const LINE_PERIOD = 5000;
const BAR_WIDTH = 24;

/**
 * A bar on a terminal, otherwise a line every five seconds.
 * @param total bytes of all input on disk; undefined when standard input is among it
 */
export function showProgress(output: Output, total: number | undefined, now: () => number): Progress {
  const started = now();
  const isTerminal = output.isTTY === true;
  let shown = started;
  return {
    update(bytes, resources) {
      const time = now();
      if (time - shown < (isTerminal ? BAR_PERIOD : LINE_PERIOD)) return;
      shown = time;
      const text = progressLine(bytes, total, resources, (time - started) / 1000, isTerminal);
      output.write(isTerminal ? `\r${text.slice(0, (output.columns ?? 80) - 1)}\x1b[K` : `${text}\n`);
    },
    done() {
      if (isTerminal) output.write('\r\x1b[K');
    },
  };
}

export function progressLine(
  bytes: number,
  total: number | undefined,
  resources: number,
  seconds: number,
  withBar: boolean,
): string {
  const rate = seconds > 0 ? resources / seconds : 0;
  const loaded = `${resources.toLocaleString('en')} resources, ${Math.round(rate).toLocaleString('en')}/s`;
  if (total === undefined || total === 0) return `${loaded}, ${duration(seconds)}`;
  const part = Math.min(bytes / total, 1);
  const left = part > 0 ? duration((seconds / part) * (1 - part)) : '?';
  const filled = Math.round(part * BAR_WIDTH);
  const bar = withBar ? `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ` : '';
  return `${bar}${Math.floor(part * 100)} %, ${loaded}, ${left} left`;
}

/** `1 h 02 min`, `3 min 05 s`, `8.2 s` */
export function duration(seconds: number): string {
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${pad((seconds % 3600) / 60)} min`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${seconds.toFixed(1)} s`;
}

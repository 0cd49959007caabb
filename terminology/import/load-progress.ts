import type { LoadProgress } from './read-release.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_PERIOD = 200;
const LINE_PERIOD = 5000;

/** Tells how far a load is: on a terminal one line that changes, otherwise a line every five seconds. */
export function showLoadProgress(output: Output, now: () => number): (progress: LoadProgress) => void {
  const period = output.isTTY === true ? BAR_PERIOD : LINE_PERIOD;
  const started = now();
  let phaseStart = started;
  let phase = '';
  let shown = started;
  return (progress) => {
    const time = now();
    if (progress.phase !== phase) {
      phase = progress.phase;
      phaseStart = time;
    } else if (time - shown < period) return;
    shown = time;
    const text = progressText(progress, (time - started) / 1000, (time - phaseStart) / 1000);
    output.write(output.isTTY === true ? `\r${text}\x1b[K` : `${text}\n`);
  };
}

/** @param seconds since the start; of the phase */
function progressText({ phase, part, rows }: LoadProgress, seconds: number, phaseSeconds: number): string {
  const left = part > 0 ? `, ${duration((phaseSeconds / part) * (1 - part))} left` : '';
  const rate = phase === 'reading' && phaseSeconds > 0 ? `, ${count(rows / phaseSeconds)}/s` : '';
  return `${phase} ${Math.floor(part * 100)} %, ${count(rows)} rows${rate}, ${duration(seconds)}${left}`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** `3 min 05 s`, `8.2 s` */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
}

import { pino, type Logger } from 'pino';

/** Lines never hold health data: no bodies, no query strings, no paths of resources. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on standard output. @param process name of the process: `primary`, `worker` */
export function createLog(level: LogLevel, process: string): Log {
  return pino({ level, base: { process, pid: globalThis.process.pid }, serializers: { err: describeError } });
}

interface ErrorLine {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: ErrorLine;
}

/** Messages of the database and of parsers quote the values at fault, which may be a patient's: those are left out. */
export function describeError(error: unknown): ErrorLine | undefined {
  if (error === undefined || error === null) return undefined;
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { readonly code?: unknown };
  const quotesValues = error instanceof SyntaxError || 'severity' in error;
  const cause = describeError(error.cause);
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(quotesValues ? {} : { message: error.message }),
    frames: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .map((line) => line.trim()),
    ...(cause === undefined ? {} : { cause }),
  };
}

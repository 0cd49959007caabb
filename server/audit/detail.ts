import { uuidv7 } from '../kernel/id.ts';

/** The part of an event that can be erased, as it stands in the column `detail`. */
export interface EventDetail {
  /** Path and query of a search. */
  readonly path?: string;
  readonly query?: string;
  /** What was answered instead, or why something was done. */
  readonly text?: string;
  /** JSON text of an AuditEvent that a client sent. */
  readonly event?: string;
  /** Ids of the events whose detail was erased. */
  readonly erased?: readonly string[];
  /** Codes and numbers that tell more of an event of its kind. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/**
 * With something random, so that the hash that stays in the chain when a detail is erased does not tell what it was: a
 * name in a query could be found out by trying.
 */
export function detailText(detail: EventDetail): string {
  return JSON.stringify({ ...detail, salt: uuidv7(0).slice(15) });
}

export function parseDetail(text: string | null): EventDetail {
  return text === null ? {} : (JSON.parse(text) as EventDetail);
}

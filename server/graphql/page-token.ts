import { fault } from '../kernel/fault.ts';

const MAX_LENGTH = 65_536;

/**
 * A page of a search as an opaque token: its query, in which the position is sealed for who asked
 * (server/fhir/paging/cursor.ts).
 */
export function pageToken(query: string): string {
  return Buffer.from(query).toString('base64url');
}

/** @throws Fault 400 for what is no token */
export function queryOfToken(token: string): string {
  if (/^[\w-]+$/.test(token) && token.length <= MAX_LENGTH) return Buffer.from(token, 'base64url').toString();
  throw fault('graphql.badCursor', 400, 'value', '_cursor must be the first or next of an earlier page.');
}

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { fault } from '../../kernel/fault.ts';
import type { Ctx } from '../engine.ts';

const IV = 12;
const TAG = 16;
/** Longest cursor that is looked at, characters. */
const MAX_LENGTH = 16_384;
const keys = new Map<string, Buffer>();

/** Where a page ended: numbers, texts and nulls out of its last row. */
export type Position = readonly (string | number | null)[];

/** What a cursor belongs to: the request that it continues, and who made it. */
export function cursorScope({ access }: Pick<Ctx, 'access'>, url: string): string {
  const { kind, tenant, account, client, patient } = access.principal;
  return kind === 'server' ? url : JSON.stringify([url, tenant, account, client, patient]);
}

/**
 * A position as the `_cursor` of a next link: encrypted, because a sort key may be a patient's name and URLs are logged,
 * and authenticated together with `scope`, the request that it continues.
 * @param linkKey settings.linkKey
 * @param scope see {@link cursorScope}; nothing else can use the cursor
 */
export function sealCursor(linkKey: string, scope: string, position: Position): string {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', keyOf(linkKey), iv).setAAD(Buffer.from(scope));
  const text = cipher.update(JSON.stringify(position), 'utf8');
  return Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @throws Fault 400 when the cursor was not made by this server for this request */
export function openCursor(linkKey: string, scope: string, cursor: string): Position {
  const sealed = cursor.length > MAX_LENGTH ? Buffer.alloc(0) : Buffer.from(cursor, 'base64url');
  if (sealed.length <= IV + TAG) throw badCursor();
  const decipher = createDecipheriv('aes-256-gcm', keyOf(linkKey), sealed.subarray(0, IV))
    .setAAD(Buffer.from(scope))
    .setAuthTag(sealed.subarray(-TAG));
  let text: string;
  try {
    text = decipher.update(sealed.subarray(IV, -TAG), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw badCursor(cause);
  }
  return JSON.parse(text) as Position;
}

function badCursor(cause?: unknown): Error {
  return fault(
    'paging.badCursor',
    400,
    'value',
    'This _cursor does not belong to this request. Follow the links of a Bundle as they are, or start again without _cursor.',
    undefined,
    { cause },
  );
}

function keyOf(linkKey: string): Buffer {
  let key = keys.get(linkKey);
  if (key === undefined) keys.set(linkKey, (key = createHash('sha256').update(linkKey).digest()));
  return key;
}

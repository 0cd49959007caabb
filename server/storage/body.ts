import { isObject, stringifyJson, type JsonObject } from '../kernel/json.ts';

/** What a stored version needs to be served; the shape of rows of `resource` and `history`. */
export interface StoredVersion {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** lastUpdated, ms since 1970. */
  readonly updated: number;
  /** Tail of the JSON text, see {@link bodyTail}. */
  readonly body: string;
}

/**
 * The part of a resource's JSON text that is stored: everything behind `"lastUpdated":"…"` in meta.
 * `resourceType`, `id`, `meta.versionId` and `meta.lastUpdated` are left out: they are columns.
 */
export function bodyTail(resource: JsonObject): string {
  const { resourceType: _type, id: _id, meta, ...rest } = resource;
  let inMeta = '';
  if (isObject(meta)) {
    const { versionId: _version, lastUpdated: _updated, ...kept } = meta;
    inMeta = stringifyJson(kept).slice(1, -1);
  }
  const others = stringifyJson(rest).slice(1, -1);
  return others === '' ? `${inMeta}}}` : `${inMeta}},${others}}`;
}

/** The JSON text of a stored contained resource, which has no version of its own; `id` is '' when it has none. */
export function containedText({ type, id, body }: Omit<StoredVersion, 'version' | 'updated'>): string {
  const start = id === '' ? `{"resourceType":"${type}"` : `{"resourceType":"${type}","id":"${id}"`;
  return body.startsWith('}') ? start + body.slice(1) : `${start},"meta":{${body}`;
}

/** The full JSON text of a stored version: one concatenation, nothing parsed. */
export function resourceText(row: StoredVersion): string {
  const separator = row.body.startsWith('}') ? '' : ',';
  return `{"resourceType":"${row.type}","id":"${row.id}","meta":{"versionId":"${row.version}","lastUpdated":"${new Date(row.updated).toISOString()}"${separator}${row.body}`;
}

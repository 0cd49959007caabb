import type { StoredVersion } from '../../storage/body.ts';

export function etag(version: number): string {
  return `W/"${version}"`;
}

/** Whether If-None-Match names the version. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
export function namesVersion(ifNoneMatch: string, version: number): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^(?:W\/)?"?|"$/g, '') === String(version));
}

/** Headers that every answer about one version carries. */
export function versionHeaders(row: StoredVersion): Record<string, string> {
  return { ETag: etag(row.version), 'Last-Modified': new Date(row.updated).toUTCString() };
}

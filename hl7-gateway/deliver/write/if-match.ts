import { isObject, type JsonObject } from '../../../server/kernel/json.ts';

/** The condition that a resource is still the version that was read. */
export function ifMatchOf({ meta }: JsonObject): { readonly ifMatch?: string } {
  const version = isObject(meta) ? meta.versionId : undefined;
  return typeof version === 'string' ? { ifMatch: `W/"${version}"` } : {};
}

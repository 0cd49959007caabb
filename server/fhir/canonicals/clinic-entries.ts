import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalEntry } from '../../definitions/canonical-index.ts';
import { CANONICAL_TYPES } from '../../definitions/canonicals.ts';
import { packageRoot } from '../../kernel/package-root.ts';
import { isObject, parseJson } from '../../kernel/json.ts';

let loaded: readonly CanonicalEntry[] | undefined;

/** The profiles, extensions, value sets and code systems of the clinic, which every server knows: `profiles/clinic`. */
export function clinicEntries(): readonly CanonicalEntry[] {
  return (loaded ??= read(join(packageRoot(), 'profiles/clinic')));
}

function read(folder: string): CanonicalEntry[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const resource = parseJson(readFileSync(join(folder, name), 'utf8'));
    const type = isObject(resource) ? CANONICAL_TYPES.find((known) => known === resource.resourceType) : undefined;
    if (!isObject(resource) || type === undefined || typeof resource.url !== 'string') {
      throw new Error(`${name} in ${folder} is no canonical resource`);
    }
    const { url, version, status } = resource;
    return { type, url, version: asText(version), status: asText(status), load: () => resource };
  });
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

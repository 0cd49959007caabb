import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CanonicalEntry } from '../../../server/definitions/canonical-index.ts';
import { CANONICAL_TYPES } from '../../../server/definitions/canonicals.ts';
import type { Definitions } from '../../../server/definitions/definitions.ts';
import { readJson } from '../../../server/formats/json.ts';
import { readXml } from '../../../server/formats/read-xml.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** What a file of a case holds, read as a request body would be. Throws what the readers throw. */
export function readCaseFile(folder: string, file: string, definitions: Definitions): JsonValue {
  const text = readFileSync(join(folder, file), 'utf8');
  return file.endsWith('.xml') ? readXml(text, definitions) : readJson(text);
}

/** The canonical resources of supporting files, those in Bundles too; files that cannot be read support nothing. */
export function supportingEntries(
  folder: string,
  files: readonly string[],
  definitions: Definitions,
): readonly CanonicalEntry[] {
  return files.flatMap((file) => {
    if (!existsSync(join(folder, file))) return [];
    try {
      return entriesOf(readCaseFile(folder, file, definitions));
    } catch {
      return [];
    }
  });
}

/** Of a canonical resource itself, of a Bundle what it holds of them. */
export function entriesOf(value: JsonValue | undefined): readonly CanonicalEntry[] {
  if (!isObject(value)) return [];
  const { resourceType, url, version, status } = value;
  if (resourceType === 'Bundle' && Array.isArray(value.entry)) {
    return value.entry.flatMap((entry) => (isObject(entry) ? entriesOf(entry.resource) : []));
  }
  const type = CANONICAL_TYPES.find((candidate) => candidate === resourceType);
  if (type === undefined || typeof url !== 'string') return [];
  return [{ type, url, version: textOf(version), status: textOf(status), load: () => value }];
}

/** Profiles that ImplementationGuides among the supporting files ask of all resources of the type. */
export function globalProfiles(
  folder: string,
  files: readonly string[],
  { resourceType }: JsonObject,
  definitions: Definitions,
): readonly string[] {
  return files.flatMap((file) => {
    const guide = file.endsWith('.json') ? readCaseFile(folder, file, definitions) : undefined;
    if (!isObject(guide) || guide.resourceType !== 'ImplementationGuide' || !Array.isArray(guide.global)) return [];
    return guide.global.flatMap((entry) =>
      isObject(entry) && entry.type === resourceType && typeof entry.profile === 'string' ? [entry.profile] : [],
    );
  });
}

/** The canonical of a profile, with its version. */
export function canonicalOf({ url, version }: JsonObject): string {
  return typeof version === 'string' ? `${String(url)}|${version}` : String(url);
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

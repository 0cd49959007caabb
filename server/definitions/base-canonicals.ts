import { openSync, readFileSync, readSync } from 'node:fs';
import { parseJson, type JsonObject } from '../kernel/json.ts';
import type { CanonicalFileIndex, CanonicalLine } from './build-canonicals.ts';
import { createCanonicals, type CanonicalEntry } from './canonical-index.ts';
import { CANONICAL_TYPES, type Canonicals } from './canonicals.ts';
import { currentFiles } from './current-files.ts';

interface BaseCanonicals {
  readonly entries: readonly CanonicalEntry[];
  readonly canonicals: Canonicals;
  structure(type: string): JsonObject | undefined;
}

let loaded: BaseCanonicals | undefined;

/**
 * The canonical resources of R4: StructureDefinitions of types, profiles and extensions (differential only), ValueSets,
 * CodeSystems (v2 and v3 tables too), ConceptMaps.
 */
export function loadBaseCanonicals(): Canonicals {
  return (loaded ??= open()).canonicals;
}

/** The same, to stand behind those of packages and clients. */
export function baseCanonicalEntries(): readonly CanonicalEntry[] {
  return (loaded ??= open()).entries;
}

/** The whole StructureDefinition of a type of R4 (`Patient`, `HumanName`, `string`), with its snapshot. */
export function loadBaseStructure(type: string): JsonObject | undefined {
  return (loaded ??= open()).structure(type);
}

function open(): BaseCanonicals {
  const files = currentFiles();
  const index = JSON.parse(readFileSync(files.canonicalIndex, 'utf8')) as CanonicalFileIndex;
  // Held open for the life of the process: a new build renames another file over this one.
  const lines = openSync(files.canonicalLines, 'r');
  const entries = index.canonicals.flatMap((line): CanonicalEntry[] => {
    const [name, url, version, status, , , facts] = line;
    const type = CANONICAL_TYPES.find((candidate) => candidate === name);
    if (type === undefined) return [];
    const load = type === 'StructureDefinition' ? once(lines, line) : whileUsed(lines, line);
    const entry = { type, url, version: version ?? undefined, status: status ?? undefined, load };
    return [facts === undefined ? entry : { ...entry, facts }];
  });
  const structures = new Map(index.structures.map((line) => [line[1].slice(line[1].lastIndexOf('/') + 1), line]));
  return {
    entries,
    canonicals: createCanonicals(0, entries),
    structure(type) {
      const line = structures.get(type);
      return line === undefined ? undefined : readLine(lines, line);
    },
  };
}

/** Extensions and profiles are asked for with every write. */
function once(lines: number, line: CanonicalLine): () => JsonObject {
  let resource: JsonObject | undefined;
  return () => (resource ??= readLine(lines, line));
}

/** What was made out of it is kept by who made it; 20,000 concepts that nobody needs are not. */
function whileUsed(lines: number, line: CanonicalLine): () => JsonObject {
  let known: WeakRef<JsonObject> | undefined;
  return () => {
    let resource = known?.deref();
    if (resource === undefined) known = new WeakRef((resource = readLine(lines, line)));
    return resource;
  };
}

function readLine(file: number, [, , , , offset, length]: CanonicalLine): JsonObject {
  const buffer = Buffer.allocUnsafe(length);
  readSync(file, buffer, 0, length, offset);
  return parseJson(buffer.toString('utf8')) as JsonObject;
}

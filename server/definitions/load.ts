import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDefinitions, COMPACT_FORMAT, sourcePackage, type CompactDefinitions } from './build.ts';
import type { CompactElement, CompactType } from './compact-structure.ts';
import type { CompactTerminology } from './compact-terminology.ts';
import type { Definitions, ElementDef, PropertyDef, TypeDef, TypeRef } from './definitions.ts';
import { createTerminology } from './terminology.ts';

let loaded: Definitions | undefined;

/** The R4 definitions of this installation; built from the definitions package when that was not done yet. */
export function loadDefinitions(): Definitions {
  loaded ??= read(packageRoot());
  return loaded;
}

/** The folder of Athanor's package.json, from sources as from a bundle. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json was not found above the server');
    folder = parent;
  }
  return folder;
}

function read(root: string): Definitions {
  const structureFile = join(root, 'dist/definitions/r4.json');
  const terminologyFile = join(root, 'dist/definitions/r4-terminology.json');
  const current = readCompact<CompactDefinitions>(structureFile);
  const isCurrent = current?.format === COMPACT_FORMAT && current.source === sourcePackage(root).version;
  if (!isCurrent || !existsSync(terminologyFile)) buildDefinitions(root, structureFile, terminologyFile);
  const compact = isCurrent ? current : readCompact<CompactDefinitions>(structureFile);
  if (compact === undefined) throw new Error(`${structureFile} cannot be read`);
  return createDefinitions(compact, () => {
    const terminology = readCompact<CompactTerminology>(terminologyFile);
    if (terminology === undefined) throw new Error(`${terminologyFile} cannot be read`);
    return terminology;
  });
}

function readCompact<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

function createDefinitions(compact: CompactDefinitions, loadTerminology: () => CompactTerminology): Definitions {
  const { resourceTypes, wholeSystems } = compact;
  const typeIds = new Map(resourceTypes.map((name, index) => [name, index + 1]));
  const sources = new Map(compact.types.map((type) => [type.name, type]));
  // Types are unfolded when first asked for: a start that serves three resource types need not pay for 700 types.
  const types = new Map<string, TypeDef>();
  return {
    resourceTypes,
    searchParameters: compact.searchParameters,
    compartments: compact.compartments.map(({ code, params }) => ({ code, params: new Map(Object.entries(params)) })),
    type(name) {
      let type = types.get(name);
      if (type !== undefined) return type;
      const source = sources.get(name);
      if (source === undefined) return undefined;
      types.set(name, (type = unfold(source)));
      return type;
    },
    isResourceType: (name) => typeIds.has(name),
    typeId(resourceType) {
      const id = typeIds.get(resourceType);
      if (id === undefined) throw new RangeError(`${resourceType} is not a resource type of R4`);
      return id;
    },
    typeName(id) {
      const name = resourceTypes[id - 1];
      if (name === undefined) throw new RangeError(`no resource type has the number ${id}`);
      return name;
    },
    systemOfValueSet(valueSet) {
      const url = valueSet.split('|', 1)[0] ?? valueSet;
      return Object.hasOwn(wholeSystems, url) ? wholeSystems[url] : undefined;
    },
    ...createTerminology(loadTerminology),
  };
}

function unfold({ name, kind, base, elements: compact }: CompactType): TypeDef {
  const elements = compact.map(unfoldElement);
  const properties = new Map<string, PropertyDef>();
  for (const element of elements) {
    for (const type of element.types) {
      const property = element.isChoice
        ? element.name + type.code.charAt(0).toUpperCase() + type.code.slice(1)
        : element.name;
      if (!properties.has(property)) properties.set(property, { property, element, type });
    }
  }
  return { name, kind, base, elements, properties };
}

const STRENGTHS = ['required', 'extensible', 'preferred', 'example'] as const;

function unfoldElement([name, min, max, flags, types, strength, valueSet]: CompactElement): ElementDef {
  const known = STRENGTHS.find((candidate) => candidate === strength);
  const xml = (flags & 8) !== 0 ? 'attribute' : (flags & 16) !== 0 ? 'xhtml' : undefined;
  return {
    name,
    min,
    max: max === -1 ? Infinity : max,
    isChoice: (flags & 1) !== 0,
    types: types.map(([code, ...targets]): TypeRef => ({ code, targets })),
    isSummary: (flags & 2) !== 0,
    isModifier: (flags & 4) !== 0,
    ...(known === undefined || valueSet === undefined ? {} : { binding: { strength: known, valueSet } }),
    ...(xml === undefined ? {} : { xml }),
  };
}

import { readFileSync } from 'node:fs';
import type { CompactDefinitions } from './build.ts';
import type { CompactElement, CompactType } from './compact-structure.ts';
import type { CompactTerminology } from './compact-terminology.ts';
import type { ConstraintDef, Definitions, ElementDef, PropertyDef, TypeDef, TypeRef } from './definitions.ts';
import { currentFiles } from './current-files.ts';
import { createTerminology } from './terminology.ts';

let loaded: Definitions | undefined;

/** The R4 definitions of this installation; built from the definitions package when that was not done yet. */
export function loadDefinitions(): Definitions {
  loaded ??= read();
  return loaded;
}

function read(): Definitions {
  const files = currentFiles();
  return createDefinitions(readCompact<CompactDefinitions>(files.structures), () =>
    readCompact<CompactTerminology>(files.terminology),
  );
}

function readCompact<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
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
      types.set(name, (type = unfold(source, compact.constraints)));
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

function unfold(source: CompactType, constraints: readonly ConstraintDef[]): TypeDef {
  const { name, kind, base } = source;
  const elements = source.elements.map((element) => unfoldElement(element, constraints));
  const properties = new Map<string, PropertyDef>();
  for (const element of elements) {
    for (const type of element.types) {
      const property = element.isChoice
        ? element.name + type.code.charAt(0).toUpperCase() + type.code.slice(1)
        : element.name;
      if (!properties.has(property)) properties.set(property, { property, element, type });
    }
  }
  return { name, kind, base, constraints: constraintsAt(source.constraints, constraints), elements, properties };
}

function constraintsAt(places: readonly number[], table: readonly ConstraintDef[]): ConstraintDef[] {
  return places.flatMap((place) => table[place] ?? []);
}

const STRENGTHS = ['required', 'extensible', 'preferred', 'example'] as const;

function unfoldElement(
  [name, min, max, flags, types, constraints, strength, valueSet, maxValueSet]: CompactElement,
  table: readonly ConstraintDef[],
): ElementDef {
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
    constraints: constraintsAt(constraints, table),
    ...(known === undefined || valueSet === undefined
      ? {}
      : { binding: { strength: known, valueSet, ...(maxValueSet === undefined ? {} : { maxValueSet }) } }),
    ...(xml === undefined ? {} : { xml }),
  };
}

import type { ConstraintDef } from './definitions.ts';

/** StructureDefinition snapshots in short form; arrays instead of objects, because 5,000 of them are read at start. */

export interface StructureDefinitionJson {
  readonly resourceType: 'StructureDefinition';
  readonly url: string;
  readonly name: string;
  readonly fhirVersion: string;
  readonly type: string;
  readonly kind: string;
  readonly abstract: boolean;
  readonly derivation?: string;
  readonly baseDefinition?: string;
  readonly snapshot: { readonly element: readonly ElementJson[] };
}

interface ElementJson {
  readonly path: string;
  readonly min: number;
  readonly max: string;
  readonly type?: readonly {
    readonly code: string;
    readonly profile?: readonly string[];
    readonly targetProfile?: readonly string[];
    readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
  }[];
  readonly contentReference?: string;
  readonly isSummary?: boolean;
  readonly isModifier?: boolean;
  readonly binding?: {
    readonly strength: string;
    readonly valueSet?: string;
    readonly extension?: readonly { readonly url: string; readonly valueCanonical?: string }[];
  };
  readonly constraint?: readonly {
    readonly key: string;
    readonly severity: 'error' | 'warning';
    readonly human: string;
    readonly expression?: string;
    readonly extension?: readonly { readonly url: string; readonly valueBoolean?: boolean }[];
  }[];
  readonly representation?: readonly string[];
}

/** [name, min, max (-1 = *), flags, types, constraints, binding strength, value set, max value set]; flags: 1 choice, 2 summary, 4 modifier, 8 XML attribute, 16 XHTML. */
export type CompactElement = readonly [
  string,
  number,
  number,
  number,
  readonly (readonly [string, ...string[]])[],
  readonly number[],
  string?,
  string?,
  string?,
];

export interface CompactType {
  readonly name: string;
  readonly kind: 'resource' | 'complex' | 'primitive' | 'backbone';
  readonly base: string;
  readonly abstract: boolean;
  /** Places in the table of constraints. */
  readonly constraints: readonly number[];
  readonly elements: readonly CompactElement[];
}

/** Every constraint once: the snapshots repeat 200 of them 9,000 times. */
export class ConstraintTable {
  readonly all: ConstraintDef[] = [];
  readonly #places = new Map<string, number>();

  /** Places of an element's constraints; without an expression there is nothing to check. */
  add(constraints: ElementJson['constraint']): number[] {
    return (constraints ?? []).flatMap(({ key, severity, human, expression, extension }) => {
      if (expression === undefined) return [];
      const isBestPractice = extension?.some(({ url, valueBoolean }) => url === BEST_PRACTICE && valueBoolean) === true;
      const known = this.#places.get(`${key} ${expression}`);
      if (known !== undefined) return [known];
      this.#places.set(`${key} ${expression}`, this.all.length);
      return [this.all.push({ key, severity, human, expression, isBestPractice }) - 1];
    });
  }
}

const BEST_PRACTICE = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice';
const MAX_VALUE_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const PROFILE = 'http://hl7.org/fhir/StructureDefinition/';
const FHIR_TYPE = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';

/** Constraints of profiles of datatypes by their url: elements of R4 itself are SimpleQuantities. */
export type ProfileConstraints = ReadonlyMap<string, NonNullable<ElementJson['constraint']>>;

/** A structure as the type itself and one type per backbone element, named by its path. */
export function compactStructure(
  structure: StructureDefinitionJson,
  constraints: ConstraintTable,
  profiles: ProfileConstraints,
): CompactType[] {
  const elements = structure.snapshot.element;
  const root = structure.type;
  const owners = new Map<string, ElementJson[]>();
  for (const element of elements) {
    const cut = element.path.lastIndexOf('.');
    if (cut === -1) continue;
    const owner = element.path.slice(0, cut);
    const list = owners.get(owner);
    if (list === undefined) owners.set(owner, [element]);
    else list.push(element);
  }
  const kind =
    structure.kind === 'primitive-type' ? 'primitive' : structure.kind === 'resource' ? 'resource' : 'complex';
  const base = (structure.baseDefinition ?? '').replace(PROFILE, '');
  const main: CompactType = {
    name: root,
    kind,
    base,
    abstract: structure.abstract,
    constraints: constraints.add(elements.find((element) => element.path === root)?.constraint),
    elements: (owners.get(root) ?? []).map((element) => compactElement(element, owners, constraints, profiles)),
  };
  const backbones = [...owners.keys()]
    .filter((path) => path !== root)
    .map((path): CompactType => {
      const element = elements.find((candidate) => candidate.path === path);
      const list = owners.get(path) ?? [];
      return {
        name: path,
        kind: 'backbone',
        base: element?.type?.[0]?.code ?? 'BackboneElement',
        abstract: false,
        constraints: constraints.add(element?.constraint),
        elements: list.map((child) => compactElement(child, owners, constraints, profiles)),
      };
    });
  return [main, ...backbones];
}

function compactElement(
  element: ElementJson,
  owners: ReadonlyMap<string, unknown>,
  constraints: ConstraintTable,
  profiles: ProfileConstraints,
): CompactElement {
  const last = element.path.slice(element.path.lastIndexOf('.') + 1);
  const isChoice = last.endsWith('[x]');
  const types = elementTypes(element, owners);
  const flags =
    (isChoice ? 1 : 0) |
    (element.isSummary === true ? 2 : 0) |
    (element.isModifier === true ? 4 : 0) |
    (element.representation?.includes('xmlAttr') === true ? 8 : 0) |
    (types[0]?.[0] === 'xhtml' ? 16 : 0);
  const { strength, valueSet, extension } = element.binding ?? {};
  const max = element.max === '*' ? -1 : Number(element.max);
  const name = isChoice ? last.slice(0, -3) : last;
  // A backbone element's constraints are those of the type that it makes; `ele-1` and `ext-1` every type has itself.
  const own = owners.has(element.path)
    ? []
    : [...(element.constraint ?? []), ...constraintsOfProfiles(element, profiles)].filter(
        ({ key }) => key !== 'ele-1' && key !== 'ext-1',
      );
  const start = [name, element.min, max, flags, types, constraints.add(own)] as const;
  if (strength === undefined || valueSet === undefined) return start;
  const maxValueSet = extension?.find(({ url }) => url === MAX_VALUE_SET)?.valueCanonical;
  return maxValueSet === undefined ? [...start, strength, valueSet] : [...start, strength, valueSet, maxValueSet];
}

function constraintsOfProfiles(
  { type = [] }: ElementJson,
  profiles: ProfileConstraints,
): NonNullable<ElementJson['constraint']> {
  return type.flatMap(({ profile = [] }) => profile).flatMap((url) => profiles.get(url) ?? []);
}

function elementTypes(element: ElementJson, owners: ReadonlyMap<string, unknown>): (readonly [string, ...string[]])[] {
  if (element.contentReference !== undefined) return [[element.contentReference.replace(/^.*#/, '')]];
  if (owners.has(element.path)) return [[element.path]];
  return (element.type ?? []).map((type): [string, ...string[]] => {
    const targets = (type.targetProfile ?? [])
      .map((target) => target.replace(PROFILE, ''))
      .filter((target) => target !== 'Resource' && !target.includes('/'));
    return [typeCode(type), ...targets];
  });
}

/** FHIRPath system types stand where the snapshot means a primitive (`id` of every element, `value` of primitives). */
function typeCode(type: {
  readonly code: string;
  readonly extension?: readonly { readonly url: string; readonly valueUrl?: string }[];
}): string {
  if (!type.code.startsWith('http://hl7.org/fhirpath/System.')) return type.code;
  const declared = type.extension?.find((extension) => extension.url === FHIR_TYPE)?.valueUrl;
  return declared ?? type.code.replace('http://hl7.org/fhirpath/System.', '').toLowerCase();
}

/** The R4 type system in the compact form that runs: what validation, FHIRPath, XML and search read. */

export interface TypeRef {
  /** Type code: `string`, `Reference`, `CodeableConcept`, `Resource`, or the key of a backbone type (`Patient.contact`). */
  readonly code: string;
  /** Reference, canonical: names of the resource types allowed; empty = any. */
  readonly targets: readonly string[];
}

/** An invariant of a type or element. https://hl7.org/fhir/R4/conformance-rules.html#constraints */
export interface ConstraintDef {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly human: string;
  /** FHIRPath, evaluated on the element. */
  readonly expression: string;
  /** Something to strive for, which nobody must. */
  readonly isBestPractice: boolean;
}

export interface ElementDef {
  /** Name as defined, without `[x]`: `name`, `value`. */
  readonly name: string;
  readonly min: number;
  /** Infinity for `*`. */
  readonly max: number;
  readonly isChoice: boolean;
  readonly types: readonly TypeRef[];
  readonly isSummary: boolean;
  readonly isModifier: boolean;
  readonly binding?: {
    readonly strength: 'required' | 'extensible' | 'preferred' | 'example';
    readonly valueSet: string;
    /** Which codes must be of, even where the binding itself is less than required. */
    readonly maxValueSet?: string;
  };
  /** Those that the element adds to the constraints of its type. */
  readonly constraints: readonly ConstraintDef[];
  /** XML: id of Element and url of Extension are attributes; Narrative.div is XHTML. */
  readonly xml?: 'attribute' | 'xhtml';
}

/** A JSON property that an object of a type may have; choice elements have one per type (`valueQuantity`, …). */
export interface PropertyDef {
  readonly property: string;
  readonly element: ElementDef;
  readonly type: TypeRef;
}

export interface TypeDef {
  /** `Patient`, `HumanName`, `string`, or the path of a backbone element such as `Patient.contact`. */
  readonly name: string;
  readonly kind: 'resource' | 'complex' | 'primitive' | 'backbone';
  /** Name of the base type: `DomainResource`, `Element`, `BackboneElement`, … */
  readonly base: string;
  /** Those of the type itself, the inherited ones first (`ele-1`, `dom-2`, `pat-1`). */
  readonly constraints: readonly ConstraintDef[];
  /** In the order of the definition (inherited ones first), which is the order of XML. */
  readonly elements: readonly ElementDef[];
  /** By JSON property name, without the `_` companions of primitives. */
  readonly properties: ReadonlyMap<string, PropertyDef>;
}

export interface SearchParameterDef {
  readonly url: string;
  readonly code: string;
  readonly base: readonly string[];
  readonly type: string;
  readonly expression?: string;
  readonly target: readonly string[];
  readonly component: readonly { readonly definition: string; readonly expression: string }[];
  readonly description: string;
}

export interface CompartmentDef {
  /** `Patient`, `Encounter`, `RelatedPerson`, `Practitioner`, `Device`. */
  readonly code: string;
  /** Parameter codes by resource type. */
  readonly params: ReadonlyMap<string, readonly string[]>;
}

export interface Definitions {
  /** All concrete R4 resource types, sorted. */
  readonly resourceTypes: readonly string[];
  readonly searchParameters: readonly SearchParameterDef[];
  readonly compartments: readonly CompartmentDef[];
  type(name: string): TypeDef | undefined;
  isResourceType(name: string): boolean;
  /** Stable small number of a resource type (1-based place in the sorted list of R4), as stored in resource.type. */
  typeId(resourceType: string): number;
  typeName(id: number): string;
  /** The one code system that a required value set draws from whole; undefined when there are several or none. */
  systemOfValueSet(valueSet: string): string | undefined;
  /** Codes of a value set, when definitions hold all it needs; undefined otherwise. Accepts `url|version`. */
  expandValueSet(url: string): readonly { readonly system: string; readonly code: string }[] | undefined;
  /** The code and all below it in its system's hierarchy; undefined when the system is not held. */
  descendants(system: string, code: string): readonly string[] | undefined;
  /** The code and all above it. */
  ancestors(system: string, code: string): readonly string[] | undefined;
}

/** CodeSystems and ValueSets of the definitions in short form: what expansion and hierarchies need, without displays. */

interface ConceptJson {
  readonly code: string;
  readonly concept?: readonly ConceptJson[];
  readonly property?: readonly { readonly code: string; readonly valueCode?: string }[];
}

interface IncludeJson {
  readonly system?: string;
  readonly concept?: readonly { readonly code: string }[];
  readonly filter?: readonly { readonly property: string; readonly op: string; readonly value: string }[];
  readonly valueSet?: readonly string[];
}

export interface TerminologyJson {
  readonly resourceType: string;
  readonly url?: string;
  readonly content?: string;
  readonly concept?: readonly ConceptJson[];
  readonly compose?: { readonly include?: readonly IncludeJson[]; readonly exclude?: readonly IncludeJson[] };
}

export interface CompactSystem {
  readonly codes: readonly string[];
  /** By code, only of codes that have parents. */
  readonly parents: Readonly<Record<string, readonly string[]>>;
}

export interface CompactInclude {
  readonly system?: string;
  readonly codes?: readonly string[];
  /** [property, op, value] */
  readonly filters?: readonly (readonly [string, string, string])[];
  readonly valueSets?: readonly string[];
}

export interface CompactValueSet {
  readonly include: readonly CompactInclude[];
  readonly exclude: readonly CompactInclude[];
}

export interface CompactTerminology {
  readonly systems: Readonly<Record<string, CompactSystem>>;
  readonly valueSets: Readonly<Record<string, CompactValueSet>>;
  /** Value set → the one system it takes whole. */
  readonly wholeSystems: Readonly<Record<string, string>>;
}

export function compactTerminology(resources: readonly TerminologyJson[]): CompactTerminology {
  const systems: Record<string, CompactSystem> = {};
  const valueSets: Record<string, CompactValueSet> = {};
  const wholeSystems: Record<string, string> = {};
  for (const resource of resources) {
    const { resourceType, url, compose } = resource;
    if (url === undefined) continue;
    // Fragments and examples know only some codes: an expansion or a hierarchy from them would be a wrong answer.
    if (resourceType === 'CodeSystem' && resource.content === 'complete') systems[url] = compactSystem(resource);
    if (resourceType === 'ValueSet' && compose !== undefined) {
      const compact = {
        include: (compose.include ?? []).map(compactInclude),
        exclude: (compose.exclude ?? []).map(compactInclude),
      };
      valueSets[url] = compact;
      const [only, ...others] = compact.include;
      if (
        only?.system !== undefined &&
        others.length === 0 &&
        compact.exclude.length === 0 &&
        Object.keys(only).length === 1
      ) {
        wholeSystems[url] = only.system;
      }
    }
  }
  return { systems, valueSets, wholeSystems };
}

function compactSystem({ concept }: TerminologyJson): CompactSystem {
  const codes: string[] = [];
  const parents = new Map<string, string[]>();
  const addParent = (code: string, parent: string): void => {
    const known = parents.get(code);
    if (known === undefined) parents.set(code, [parent]);
    else if (!known.includes(parent)) known.push(parent);
  };
  const walk = (concepts: readonly ConceptJson[], parent: string | undefined): void => {
    for (const { code, concept: children, property } of concepts) {
      codes.push(code);
      if (parent !== undefined) addParent(code, parent);
      // v3 code systems list their concepts flat and name the parents: http://hl7.org/fhir/concept-properties
      for (const { code: name, valueCode } of property ?? []) {
        if ((name === 'subsumedBy' || name === 'parent') && valueCode !== undefined) addParent(code, valueCode);
      }
      walk(children ?? [], code);
    }
  };
  walk(concept ?? [], undefined);
  return { codes: [...new Set(codes)], parents: Object.fromEntries(parents) };
}

function compactInclude({ system, concept, filter, valueSet }: IncludeJson): CompactInclude {
  return {
    ...(system === undefined ? {} : { system }),
    ...(concept === undefined ? {} : { codes: concept.map(({ code }) => code) }),
    ...(filter === undefined
      ? {}
      : { filters: filter.map(({ property, op, value }) => [property, op, value] as const) }),
    ...(valueSet === undefined ? {} : { valueSets: valueSet }),
  };
}

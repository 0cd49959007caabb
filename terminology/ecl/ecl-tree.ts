/** How a concept or a set of concepts is widened. https://docs.snomed.org (Expression Constraint Language 2.2) */
export type HierarchyOperator =
  | 'descendants'
  | 'descendantsOrSelf'
  | 'children'
  | 'childrenOrSelf'
  | 'ancestors'
  | 'ancestorsOrSelf'
  | 'parents'
  | 'parentsOrSelf'
  | 'top'
  | 'bottom';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** An expression of ECL: a set of concepts. */
export type Expression =
  | { readonly kind: 'concept'; readonly code: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'hierarchy'; readonly operator: HierarchyOperator; readonly of: Expression }
  | {
      readonly kind: 'members';
      readonly of: Expression;
      /** What is taken of a row: the concept itself or the concept it points to. */
      readonly field: 'referencedComponentId' | 'targetComponentId';
      readonly filters: readonly MemberFilter[];
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'minus'; readonly of: Expression; readonly without: Expression }
  | { readonly kind: 'refined'; readonly of: Expression; readonly by: Refinement }
  | { readonly kind: 'dotted'; readonly of: Expression; readonly attribute: Expression }
  | { readonly kind: 'filtered'; readonly of: Expression; readonly filter: ConceptFilters | DescriptionFilters }
  | { readonly kind: 'history'; readonly of: Expression; readonly associations: Expression };

export type Refinement =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Refinement[] }
  | { readonly kind: 'group'; readonly cardinality: Cardinality | undefined; readonly of: Refinement }
  | Attribute;

export interface Attribute {
  readonly kind: 'attribute';
  readonly cardinality: Cardinality | undefined;
  readonly isReverse: boolean;
  readonly name: Expression;
  readonly comparison: Comparison;
  readonly value: AttributeValue;
}

export interface Cardinality {
  readonly min: number;
  /** Undefined: any number. */
  readonly max: number | undefined;
}

export type AttributeValue =
  | { readonly kind: 'concepts'; readonly of: Expression }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'texts'; readonly texts: readonly SearchTerm[] }
  | { readonly kind: 'boolean'; readonly value: boolean };

export interface SearchTerm {
  /** `match`: each word begins a word, in any order; `wild`: the whole text, `*` for anything. */
  readonly kind: 'match' | 'wild';
  readonly text: string;
}

export interface ConceptFilters {
  readonly kind: 'concept';
  readonly filters: readonly ConceptFilter[];
}

export type ConceptFilter =
  | {
      readonly kind: 'definitionStatus';
      readonly isNegated: boolean;
      readonly statuses: readonly ('primitive' | 'defined')[];
    }
  | { readonly kind: 'module'; readonly isNegated: boolean; readonly of: Expression }
  | { readonly kind: 'effectiveTime'; readonly comparison: Comparison; readonly times: readonly string[] }
  | { readonly kind: 'active'; readonly value: boolean };

export interface DescriptionFilters {
  readonly kind: 'description';
  readonly filters: readonly DescriptionFilter[];
}

export type DescriptionFilter =
  | { readonly kind: 'term'; readonly isNegated: boolean; readonly terms: readonly SearchTerm[] }
  | { readonly kind: 'language'; readonly isNegated: boolean; readonly languages: readonly string[] }
  | { readonly kind: 'type'; readonly isNegated: boolean; readonly types: readonly string[] }
  | { readonly kind: 'dialect'; readonly isNegated: boolean; readonly dialects: readonly Dialect[] }
  | { readonly kind: 'active'; readonly value: boolean };

export interface Dialect {
  readonly refset: string;
  /** Undefined: either. */
  readonly acceptability: 'prefer' | 'accept' | undefined;
}

export interface MemberFilter {
  readonly field: string;
  readonly comparison: Comparison;
  readonly value: AttributeValue;
}

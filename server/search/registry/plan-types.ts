import type { SearchParamType, SlotKind } from '../registry-types.ts';

/** A slot before it has numbers: what is extracted and where its rows go. */
export interface SlotPlan {
  readonly name: string;
  readonly kind: SlotKind;
  readonly source: SlotSource;
}

export type SlotSource =
  | PathSource
  | CompositeSource
  /** Filled while its parent is read (`identifier#of-type`, `subject#identifier`, `subject[Patient]`). */
  | { readonly from: 'parent' }
  /** Literal references that no other slot holds, so that deleting their target can be refused. */
  | { readonly from: 'uncovered-references' };

export interface PathSource {
  readonly from: 'path';
  /** FHIRPath that starts at the resource type. */
  readonly expression: string;
  /** Slot of `code|value` texts per coding of Identifier.type. */
  readonly ofType?: string;
  /** Slot of Reference.identifier. */
  readonly identifier?: string;
  /** Bits for parameters that read only some of the rows. */
  readonly presence: readonly PresencePlan[];
}

export interface PresencePlan {
  readonly slot: string;
  readonly targetType?: string;
  readonly system?: string;
}

export interface CompositeSource {
  readonly from: 'composite';
  /** FHIRPath of the repeating element. */
  readonly context: string;
  readonly contextType: string;
  readonly components: readonly ComponentPlan[];
}

export interface ComponentPlan {
  readonly kind: SlotKind;
  /** FHIRPath relative to the context; to the resource when `fromRoot`. */
  readonly expressions: readonly string[];
  readonly fromRoot: boolean;
  readonly impliedSystem?: string;
}

export interface UsePlan {
  readonly slot: string;
  readonly targetTypes?: readonly string[];
  readonly system?: string;
  readonly presence?: string;
}

export interface ParamPlan {
  readonly code: string;
  readonly type: SearchParamType;
  readonly url: string;
  readonly uses: readonly UsePlan[];
  readonly targets: readonly string[];
  readonly composite?: readonly CompositePlanPlan[];
  readonly impliedSystem?: string;
  readonly naturalSort: boolean;
}

export interface CompositePlanPlan {
  readonly kind: 'and' | 'rows';
  readonly slot?: string;
  readonly parts: readonly ParamPlan[];
}

export interface TypePlan {
  readonly resourceType: string;
  readonly slots: readonly SlotPlan[];
  /** Sorted by code. */
  readonly params: readonly ParamPlan[];
  /** Slot of the natural sort date. */
  readonly naturalSort?: string;
}

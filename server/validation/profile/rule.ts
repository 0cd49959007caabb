import type { Issue } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { CodeQuestion } from '../code-checker.ts';
import type { Walk } from '../walk.ts';
import type { Item, Properties } from './item.ts';
import type { Overlay } from './overlay.ts';

/** The profiles of one set of canonicals, compiled when they are first asked for. */
export interface Profiles {
  /** Undefined when no StructureDefinition of that canonical is known. */
  find(canonical: string): Profile | undefined;
  overlay(canonical: string): Overlay | undefined;
}

export interface Profile {
  readonly url: string;
  /** The resource or data type that it is about. */
  readonly type: string;
  /** Why parts of it cannot be applied. */
  readonly issues: readonly Issue[];
  /** Profiles that resources have to meet as well. */
  readonly imposed: readonly string[];
  content(type: string): ContentRule;
}

/** One application of a profile. */
export interface Visit {
  readonly walk: Walk;
  /** Canonical of the profile that is applied. */
  readonly profile: string;
  readonly profiles: Profiles;
  /** What keeps objects from meeting profiles, as far as that was asked before; undefined while it is being found out. */
  readonly known: Map<JsonObject, Map<string, string | undefined>>;
  /** How many values are being asked about whether they meet a profile, one because of the other. */
  readonly depth: number;
  /** What was asked of terminology in vain to tell slices. */
  readonly open: CodeQuestion[];
  /** Slices may be told later, when those questions are answered. */
  readonly mayAsk: boolean;
}

/** A check of a value whose structure is sound; the path leads to it. */
export type ItemCheck = (item: Item, visit: Visit) => void;

/** What an element asks of a value of one type. */
export interface ContentRule {
  readonly checks: readonly ItemCheck[];
  readonly elements: readonly ElementRule[];
}

/** What every occurrence of an element, or every item of a slice, has to meet. */
export interface OccurrenceRule {
  /** As in the id of the element: `Observation.component:systolic.code`. */
  readonly label: string;
  readonly min: number;
  /** Infinity when the profile sets no maximum. */
  readonly max: number;
  readonly types: TypeRule | undefined;
  readonly slicing: SlicingRule | undefined;
  content(type: string): ContentRule;
}

export interface TypeRule {
  readonly codes: readonly string[];
  accepts(type: string): boolean;
}

export interface ElementRule extends OccurrenceRule {
  /** Without `[x]`. */
  readonly name: string;
  readonly properties: Properties;
}

export interface SlicingRule {
  readonly rules: 'open' | 'closed' | 'openAtEnd';
  readonly isOrdered: boolean;
  readonly slices: readonly SliceRule[];
  /** `@default`: what the items have to meet that are in no slice. */
  readonly rest: OccurrenceRule | undefined;
  /** Slices that nothing tells apart from the others, in words; they are not among `slices`. */
  readonly problems: readonly string[];
}

export interface SliceRule extends OccurrenceRule {
  readonly name: string;
  /** All of them hold for the items of the slice. */
  readonly criteria: readonly Criterion[];
}

export interface Criterion {
  /** What it asks for, such as `code = 8480-6`. */
  readonly text: string;
  /** Undefined when terminology does not know. */
  holds(item: Item, visit: Visit): boolean | undefined;
}

import type { SlotKind } from '../registry-types.ts';
import type { CompositeSource, PresencePlan, SlotPlan } from './plan-types.ts';

/** Collects the slots of one resource type; the same path and kind is the same slot. */
export interface SlotSet {
  /** Name of the slot of a path. */
  path(path: string, kind: SlotKind, expression: string): string;
  composite(name: string, kind: SlotKind, source: CompositeSource): string;
  /** Name of a bit that tells whether a path slot has rows of one target type or system. */
  presence(slot: string, filter: Omit<PresencePlan, 'slot'>): string;
  /** Adds the `#of-type` slot of identifiers. */
  ofType(slot: string): void;
  /** Adds the `#identifier` slot of references. */
  identifier(slot: string): void;
  has(path: string, kind: SlotKind): string | undefined;
  slots(): readonly SlotPlan[];
}

interface Draft {
  readonly name: string;
  readonly kind: SlotKind;
  readonly expression?: string;
  readonly composite?: CompositeSource;
  readonly presence: PresencePlan[];
  ofType?: string;
  identifier?: string;
}

export const UNCOVERED_REFERENCES = '-references';

export function createSlotSet(): SlotSet {
  const drafts = new Map<string, Draft>();
  const byPath = new Map<string, string>();
  const derived = new Map<string, SlotKind>();

  function add(path: string, kind: SlotKind, rest: Pick<Draft, 'expression' | 'composite'>): string {
    const label = `${kind} ${path}`;
    const known = byPath.get(label);
    if (known !== undefined) return known;
    // The second kind over one path names it; names never change, because base parameters always come first.
    const name = drafts.has(path) ? `${path}:${kind}` : path;
    drafts.set(name, { name, kind, presence: [], ...rest });
    byPath.set(label, name);
    return name;
  }

  return {
    path: (path, kind, expression) => add(path, kind, { expression }),
    composite: (name, kind, composite) => add(name, kind, { composite }),
    has: (path, kind) => byPath.get(`${kind} ${path}`),
    presence(slot, filter) {
      const draft = drafts.get(slot);
      const name = `${slot}[${filter.targetType ?? filter.system ?? ''}]`;
      if (draft !== undefined && !derived.has(name)) {
        draft.presence.push({ slot: name, ...filter });
        // A bit without rows must not look like a table to search (referential integrity probes every ref slot).
        derived.set(name, 'token');
      }
      return name;
    },
    ofType(slot) {
      const draft = drafts.get(slot);
      if (draft !== undefined) derived.set((draft.ofType = `${slot}#of-type`), 'token');
    },
    identifier(slot) {
      const draft = drafts.get(slot);
      if (draft !== undefined) derived.set((draft.identifier = `${slot}#identifier`), 'token');
    },
    slots: () => [
      ...[...drafts.values()].map(plan),
      ...[...derived].map(([name, kind]): SlotPlan => ({ name, kind, source: { from: 'parent' } })),
      { name: UNCOVERED_REFERENCES, kind: 'ref', source: { from: 'uncovered-references' } },
    ],
  };
}

function plan({ name, kind, expression, composite, presence, ofType, identifier }: Draft): SlotPlan {
  if (composite !== undefined) return { name, kind, source: composite };
  return {
    name,
    kind,
    source: {
      from: 'path',
      expression: expression ?? name,
      presence,
      ...(ofType === undefined ? {} : { ofType }),
      ...(identifier === undefined ? {} : { identifier }),
    },
  };
}

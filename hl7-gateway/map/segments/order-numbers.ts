import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { CANONICAL } from '../canonical.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** The numbers by which an order is known for ever: who placed it gave one, who fills it another. */
export interface OrderNumbers {
  readonly placer?: JsonObject;
  readonly filler?: JsonObject;
  /** Placer's, filler's, those of both segments where they differ. */
  readonly identifiers: readonly JsonObject[];
  /** Searches by placer, then by filler. */
  readonly matches: readonly string[];
}

const PLACER_FIELD = 2;
const FILLER_FIELD = 3;

/**
 * Placer and filler number of an order: of its detail (OBR-2, OBR-3) before those of its ORC, which may stand for several details.
 * A number without assigner is one of the partner's own.
 */
export function orderNumbers(
  draft: MappingDraft,
  order: SegmentReader | undefined,
  detail: SegmentReader | undefined,
): OrderNumbers {
  const segments = [detail, order].filter((segment) => segment !== undefined);
  const placers = numbers(draft, segments, PLACER_FIELD, 'PLAC', 'placer');
  const fillers = numbers(draft, segments, FILLER_FIELD, 'FILL', 'filler');
  const identifiers = [...placers, ...fillers];
  const [[placer], [filler]] = [placers, fillers];
  return {
    ...(placer === undefined ? {} : { placer }),
    ...(filler === undefined ? {} : { filler }),
    identifiers,
    matches: identifiers.map(matchOf).filter((match) => match !== undefined),
  };
}

function numbers(
  draft: MappingDraft,
  segments: readonly SegmentReader[],
  field: number,
  type: string,
  kind: string,
): readonly JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const segment of segments) {
    const value = segment.value(field);
    const identifier = value && identifierOfEi(value, draft, { type, system: ownSystem(draft, kind) });
    if (identifier === undefined) continue;
    const key = keyOf(identifier);
    if (!found.has(key)) found.set(key, identifier);
  }
  return [...found.values()];
}

/**
 * Where an order stands, for the name of its entry: what a message says twice of one order is one entry, to which others refer before it
 * is made.
 */
export function orderPlace([match]: readonly string[], segment: SegmentReader | undefined): string {
  return match ?? segment?.place ?? 'order';
}

/** `system|value` */
export function keyOf({ system, value }: JsonObject): string {
  return `${String(system)}|${String(value)}`;
}

/** What the results of an order are known by: its filler's number, else its placer's; undefined where it has neither. */
export function orderKey({ placer, filler }: OrderNumbers): string | undefined {
  const number = filler ?? placer;
  return number === undefined ? undefined : keyOf(number);
}

/** A code as it was sent, to tell one test from another: its text where it has no code. */
export function codeKey(value: Value | undefined): string {
  if (value === undefined) return '';
  return value.peek(1) || value.peek(4) || value.peek(2) || value.peek(9);
}

/**
 * Identifier of what has no number of its own, from what it is known by. It is the same in every message that names the same, and
 * says nothing by itself.
 * @param kind `observation`, `report`, `specimen`: system `https://athanor.health/fhir/hl7/<kind>`
 */
export function derivedIdentifier(kind: string, parts: readonly string[]): JsonObject {
  const value = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
  return { system: `${CANONICAL}/hl7/${kind}`, value };
}

/** The n-th of those that one message knows by the same: they are told apart by their order in it. */
export class Occurrences {
  private readonly counts = new Map<string, number>();

  /** @returns the parts; of a repeated one with its number */
  distinct(parts: readonly string[]): readonly string[] {
    const key = JSON.stringify(parts);
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return count === 1 ? parts : [...parts, `#${count}`];
  }
}

import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { setDecimal } from '../datatypes/quantity.ts';
import { append, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { observationCode } from './observation-code.ts';
import { codeKey, derivedIdentifier, type Occurrences } from './order-numbers.ts';

export interface ObservationIdentity {
  /** What it is known by, before OBX-3 and OBX-4: its order. Undefined: it is new with each message. */
  readonly identity?: readonly string[];
  readonly occurrences: Occurrences;
}

/**
 * OBX-3, OBX-4, OBX-21: what was observed, and which of those it is. OBX-21 is kept, and recognises nothing: senders put the same into
 * all of them.
 * @returns the search that finds it
 */
export function putObservationIdentity(
  { resource }: Elements,
  obx: SegmentReader,
  draft: MappingDraft,
  { identity, occurrences }: ObservationIdentity,
): string | undefined {
  resource.code = observationCode(obx.value(3), draft);
  const parts = observationKey(obx);
  const derived =
    identity === undefined
      ? undefined
      : derivedIdentifier('observation', occurrences.distinct([...identity, ...parts]));
  if (derived !== undefined) append(resource, 'identifier', derived);
  const own = obx.value(21);
  const instance = own && identifierOfEi(own, draft, { type: 'FILL', system: ownSystem(draft, 'observation') });
  if (instance !== undefined) append(resource, 'identifier', instance);
  const subId = obx.value(4);
  if (subId !== undefined) putSubId(resource, subId);
  return matchOf(derived);
}

/** OBX-3 and OBX-4, by which an observation is told from others of its order. */
function observationKey(obx: SegmentReader): readonly string[] {
  return [codeKey(obx.value(3)), obx.source.getRaw(4)];
}

/** OG, in older versions ST. https://hl7.org/fhir/extensions/StructureDefinition-observation-v2-subid.html */
function putSubId(resource: JsonObject, value: Value): void {
  const parts: JsonObject[] = [];
  const original = value.text(1);
  if (original !== '') parts.push({ url: 'original-sub-identifier', valueString: original });
  for (const [part, url] of NUMBERED) {
    const number: JsonObject = { url };
    if (!setDecimal(number, 'valueDecimal', value.peek(part))) continue;
    value.text(part);
    parts.push(number);
  }
  const identifier = value.text(4);
  if (identifier !== '') parts.push({ url: 'identifier', valueString: identifier });
  if (parts.length > 0) append(resource, 'extension', { url: coreExtension('observation-v2-subid'), extension: parts });
}

const NUMBERED = [
  [2, 'group'],
  [3, 'sequence'],
] as const;

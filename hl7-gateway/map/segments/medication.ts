import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { amount, unitOf } from './units.ts';

/** What is said of a medicine beside its code. */
export interface MedicineDetails {
  readonly code: JsonObject;
  readonly form?: JsonObject | undefined;
  /** Amount of substance, and in how much of the product. */
  readonly strength?: JsonObject | undefined;
  readonly ingredients?: readonly JsonObject[];
  readonly batch?: JsonObject | undefined;
  readonly manufacturer?: JsonObject | undefined;
}

const ID = 'medication';

/** `medicationCodeableConcept`; where more than a code is said, a contained Medication. */
export function medicineElements(details: MedicineDetails): JsonObject {
  const { code, form, strength, ingredients = [], batch, manufacturer } = details;
  const own = strength === undefined ? [] : [{ itemCodeableConcept: code, strength }];
  const ingredient = ingredients.length > 0 ? ingredients : own;
  if (ingredient.length === 0 && [form, batch, manufacturer].every((each) => each === undefined))
    return { medicationCodeableConcept: code };
  const medication: JsonObject = {
    resourceType: 'Medication',
    id: ID,
    code,
    ...(manufacturer === undefined ? {} : { manufacturer }),
    ...(form === undefined ? {} : { form }),
    ...(ingredient.length === 0 ? {} : { ingredient: [...ingredient] }),
    ...(batch === undefined ? {} : { batch }),
  };
  return { contained: [medication], medicationReference: { reference: `#${ID}` } };
}

/** Number and unit of a strength, and of the volume that it is in; without one it is that of one piece. */
export function strengthOf(
  draft: MappingDraft,
  segment: SegmentReader,
  [number, units, volume, volumeUnits]: readonly [number, number, number?, number?],
): JsonObject | undefined {
  const numerator = amount(segment.text(number), unitOf(segment.value(units), draft));
  if (numerator === undefined) return undefined;
  const per =
    volume === undefined
      ? undefined
      : amount(segment.text(volume), volumeUnits === undefined ? undefined : unitOf(segment.value(volumeUnits), draft));
  return { numerator, denominator: per ?? { value: 1 } };
}

/** RXC: components of a mixture; B is the base, A an additive. */
export function componentsOf(draft: MappingDraft, segments: readonly SegmentReader[]): readonly JsonObject[] {
  const found: JsonObject[] = [];
  for (const rxc of segments) {
    const value = rxc.value(2);
    const itemCodeableConcept = value && concept(value, draft);
    if (itemCodeableConcept === undefined) continue;
    const quantity = amount(rxc.text(3), unitOf(rxc.value(4), draft));
    const kind = rxc.text(1);
    found.push({
      itemCodeableConcept,
      ...(kind === 'A' || kind === 'B' ? { isActive: kind === 'A' } : {}),
      ...(quantity === undefined ? {} : { strength: { numerator: quantity, denominator: { value: 1 } } }),
    });
  }
  return found;
}

import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, unit } from '../datatypes/amounts.ts';
import { concept } from '../datatypes/concepts.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import type { PeerProfile, Telling } from '../tell.ts';

/** What an order or a dispense is of. */
export interface Medicine {
  readonly code: JsonValue | undefined;
  readonly form: JsonValue | undefined;
  /** Ratio of amount and volume, where it is of one substance. */
  readonly strength: JsonObject;
  /** What it is mixed of, where it is of several. */
  readonly ingredients: readonly JsonObject[];
  readonly batch: JsonObject;
  readonly manufacturer: JsonObject;
}

/** By `medication[x]`: a code, or a Medication that is contained or stored. */
export function medicineOf({ resource, find }: Telling): Medicine {
  const { reference } = objectOf(resource.medicationReference);
  const contained = objectsOf(resource.contained).find(({ id }) => reference === `#${textOf(id)}`);
  const found = contained ?? find(referenceOf(resource.medicationReference)) ?? {};
  const ingredients = objectsOf(found.ingredient);
  const [only, ...others] = ingredients;
  return {
    code: resource.medicationCodeableConcept ?? found.code ?? namedIn(resource.medicationReference),
    form: found.form,
    strength: others.length === 0 ? objectOf(only?.strength) : {},
    ingredients: others.length === 0 ? [] : ingredients,
    batch: objectOf(found.batch),
    manufacturer: objectOf(found.manufacturer),
  };
}

function namedIn(reference: JsonValue | undefined): JsonObject | undefined {
  const { display } = objectOf(reference);
  return textOf(display) === '' ? undefined : { text: textOf(display) };
}

/** RXC of a mixture: what acts is the additive (A), what carries it the base (B). */
export function ingredientSegments({ ingredients }: Medicine, peer: PeerProfile): readonly OutgoingSegment[] {
  return ingredients.map((ingredient) => {
    const { numerator } = objectOf(ingredient.strength);
    return [
      'RXC',
      ingredient.isActive === false ? 'B' : 'A',
      concept(ingredient.itemCodeableConcept, peer),
      amount(numerator),
      unit(numerator, peer.names),
    ];
  });
}

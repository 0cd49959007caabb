import { canonicalText } from '#sdk';
import { sha256 } from './sha256.ts';

/** What two persons agree on before a controlled substance is moved. */
export interface MovementDescription {
  /** Who moves it: `Practitioner/1`. */
  readonly author: string;
  /** `Location/1` */
  readonly origin: string;
  readonly destination: string;
  /** `Medication/1` */
  readonly lot: string;
  /** Base units. */
  readonly quantity: number;
  /** Code of the kind of movement. */
  readonly type: string;
  /** What is destroyed of the contents, such as `0.5 mL`; empty when nothing is. */
  readonly waste: string;
}

/** What a witness's statement is bound to: SHA-256 of the description, in hexadecimal digits. */
export function descriptionHash(description: MovementDescription): Promise<string> {
  return sha256(canonicalText(description));
}

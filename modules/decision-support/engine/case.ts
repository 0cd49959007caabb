import type { DoseOf } from '../dose/given-dose.ts';
import type { Drug } from '../drug/drug.ts';
import type { KnownAllergy } from '../facts/allergies.ts';
import type { DrugUse } from '../facts/drug-uses.ts';

/** An ordered drug, and all that is known of who shall take it: what the checks look at. */
export interface Case {
  /** `MedicationRequest/1`; undefined for one that is not stored. */
  readonly order: string | undefined;
  readonly drug: Drug;
  /** Of each dosage and ingredient. */
  readonly doses: readonly DoseOf[];
  /** Orders that this one takes the place of. */
  readonly replaces: ReadonlySet<string>;
  readonly uses: readonly DrugUse[];
  readonly allergies: readonly KnownAllergy[];
  /** Groups of conditions, with the resources that say so. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
  /** Undefined: not known. */
  readonly isPregnant: boolean | undefined;
  readonly canBePregnant: boolean;
  /** Days. */
  readonly age: number | undefined;
  /** Kilograms. */
  readonly weight: string | undefined;
  /** mL/min/1.73 m2 */
  readonly egfr: number | undefined;
  /** Milligrams of an ingredient that an order gives in a day; undefined: not known. */
  dailyDose(use: DrugUse, ingredient: string): string | undefined;
}

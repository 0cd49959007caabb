import type { Severity } from '../check-result.ts';

/** What all facts have. */
interface Fact {
  readonly id: string;
  readonly citation: string;
  readonly reviewStatus: string;
}

export interface InteractionRule extends Fact {
  readonly severity: Severity;
  /** Codes of an ingredient or a class each. */
  readonly sides: readonly [string, string];
  readonly mechanism: string;
  readonly effect: string;
  readonly management: string;
  readonly anyRoute: boolean;
  /** Days for which it holds after a drug was stopped, by the code of an ingredient or class. */
  readonly washout: ReadonlyMap<string, number>;
  /** Ingredient and milligrams a day above which it holds. */
  readonly doseCap: { readonly drug: string; readonly perDay: string } | undefined;
  /** Group of conditions with which it holds. */
  readonly condition: string | undefined;
  readonly oncPair: string | undefined;
}

export interface ContraindicationRule extends Fact {
  readonly kind: 'condition' | 'pregnancy' | 'renal' | 'age';
  readonly severity: Severity;
  /** Code of an ingredient or a class. */
  readonly drug: string;
  readonly effect: string;
  readonly management: string;
  readonly anyRoute: boolean;
  readonly condition: string | undefined;
  /** mL/min/1.73 m2 */
  readonly egfrBelow: number | undefined;
  /** Days. */
  readonly age: DayRange | undefined;
}

/** The lower end is included, the upper end is not. */
export interface DayRange {
  readonly low: number;
  readonly high: number;
}

/** Amounts as decimal texts. */
export interface DoseLimit {
  readonly unit: 'mg' | 'mg/kg';
  readonly perDose: string | undefined;
  readonly perDay: string | undefined;
}

export interface DoseRule extends Fact {
  readonly kind: 'adult' | 'paediatric' | 'renal';
  readonly ingredient: string;
  /** Code of CodeSystem/drug-route; undefined: any. */
  readonly route: string | undefined;
  readonly age: DayRange | undefined;
  /** Kilograms. */
  readonly weight: DayRange | undefined;
  readonly egfrBelow: number | undefined;
  readonly limits: readonly DoseLimit[];
  readonly text: string;
}

/** How an ingredient reaches the body, as far as facts distinguish it: codes of CodeSystem/drug-route. */
export type Route =
  | 'oral'
  | 'injection'
  | 'topical'
  | 'ophthalmic'
  | 'otic'
  | 'nasal'
  | 'inhaled'
  | 'vaginal'
  | 'rectal'
  | 'transdermal'
  | 'other';

/** Where a drug acts on the spot alone, unless a fact says otherwise. */
const LOCAL: ReadonlySet<Route> = new Set(['topical', 'ophthalmic', 'otic']);

/** An amount in a base unit: mg, mL, [iU], or units of the form (tablets, puffs, …) as `1`. */
export interface Amount {
  readonly value: string;
  readonly unit: BaseUnit;
}

export type BaseUnit = 'mg' | 'mL' | '[iU]' | '1';

/** How much of an ingredient is in one unit of the form, or in a millilitre. */
export interface Strength {
  readonly amount: Amount;
  readonly per: Amount;
}

export interface DrugPart {
  /** Code of CodeSystem/ingredient. */
  readonly ingredient: string;
  readonly strength: Strength | undefined;
}

export interface Drug {
  /** As people call it: for texts. */
  readonly name: string;
  readonly parts: readonly DrugPart[];
  /** Undefined: not known, and then taken to act on the whole body. */
  readonly route: Route | undefined;
  /** The codes that came with it mean different ingredients. */
  readonly isDisputed: boolean;
}

export function isLocal({ route }: Pick<Drug, 'route'>): boolean {
  return route !== undefined && LOCAL.has(route);
}

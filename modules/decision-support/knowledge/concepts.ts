/** A concept of a code system, as far as the knowledge reads it. */
interface Concept {
  readonly code: string;
  readonly display: string;
  readonly designation?: readonly { readonly value: string }[];
  readonly property?: readonly { readonly code: string; readonly valueCode?: string; readonly valueString?: string }[];
}

interface ConceptList {
  readonly concept: readonly Concept[];
}

export interface KnownConcept {
  readonly code: string;
  readonly display: string;
  /** Further names. */
  readonly names: readonly string[];
  property(name: string): readonly string[];
}

/** The concepts of a CodeSystem resource by their codes. */
export function conceptsOf(system: unknown): ReadonlyMap<string, KnownConcept> {
  return new Map(
    (system as ConceptList).concept.map(({ code, display, designation = [], property = [] }) => [
      code,
      {
        code,
        display,
        names: designation.map(({ value }) => value),
        property: (name) =>
          property
            .filter((each) => each.code === name)
            .flatMap(({ valueCode, valueString }) => valueCode ?? valueString ?? []),
      },
    ]),
  );
}

/** A name as names are compared: small letters, single spaces, no marks. */
export function plainName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[\u2019`]/g, "'")
    .replace(/[-_]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

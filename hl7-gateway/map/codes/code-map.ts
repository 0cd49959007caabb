export interface MappedCode {
  readonly system: string;
  readonly code: string;
}

/** An HL7 table, and what FHIR has for its codes. */
export interface CodeMap {
  /** `HL70002` */
  readonly table: string;
  /** The code system or value set that most of its codes lead to. */
  readonly target: string;
  /** `undefined` for a code that the map does not know; `null` for one that has nothing in FHIR. */
  lookup(code: string): MappedCode | null | undefined;
}

/**
 * @param codes separated by spaces: `M` is M there too, `M=male` something else, `T=` nothing, `U=UNK@1` a code of the first of `others`
 */
export function codeMap(table: string, target: string, codes: string, ...others: readonly string[]): CodeMap {
  const found = new Map<string, MappedCode | null>();
  for (const entry of codes.split(' ')) {
    const [pair = '', other] = entry.split('@');
    const [source = '', code = source] = pair.split('=');
    const system = other === undefined ? target : (others[Number(other) - 1] ?? target);
    found.set(source, code === '' ? null : { system, code });
  }
  return { table, target, lookup: (code) => found.get(code) };
}

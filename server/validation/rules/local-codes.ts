import type { Definitions } from '../../definitions/definitions.ts';

const MAX_LISTED = 12;

/** A value set whose codes are all at hand. */
export interface LocalCodes {
  /** Whatever their system. */
  readonly codes: ReadonlySet<string>;
  /** What would be accepted, as it follows "Expected is ". */
  readonly accepted: string;
  has(system: string | undefined, code: string | undefined): boolean;
}

/** Undefined when the definitions do not hold the whole value set. */
export function localCodes(valueSet: string, definitions: Definitions): LocalCodes | undefined {
  const expansion = definitions.expandValueSet(valueSet);
  if (expansion === undefined) return undefined;
  const systems = new Map<string, Set<string>>();
  for (const { system, code } of expansion) {
    const known = systems.get(system);
    if (known === undefined) systems.set(system, new Set([code]));
    else known.add(code);
  }
  const codes = new Set(expansion.map(({ code }) => code));
  return {
    codes,
    accepted: listed([...codes]),
    has: (system, code) => system !== undefined && code !== undefined && systems.get(system)?.has(code) === true,
  };
}

function listed(codes: readonly string[]): string {
  if (codes.length === 1) return codes[0] ?? '';
  const more = codes.length - MAX_LISTED;
  const some = codes.slice(0, MAX_LISTED).join(', ');
  return more > 0 ? `one of its ${codes.length} codes: ${some}, …` : `one of ${some}`;
}

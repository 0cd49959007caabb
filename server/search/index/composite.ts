import { fault } from '../../kernel/fault.ts';
import type { Hasher } from './key.ts';

/** A token component: `code` alone, `system|code`, or `|code` (system '') for codes without a system. */
export interface CompositePart {
  readonly system?: string;
  readonly code?: string;
}

// Control characters cannot stand in FHIR codes and uris, so parts cannot run into one another.
const PART = '\u0001';
const SYSTEM = '\u0002';

/**
 * Key of a row of a composite slot. `parts` are the token components in order; where the last component is a token or
 * reference too, its code (or `Type/id`) is the last part without a system, because the row has a column for that.
 */
export function compositeKey(hasher: Hasher, slotId: number, parts: readonly CompositePart[]): string {
  return hasher.key(slotId, parts.map(partText).join(PART));
}

function partText({ system, code }: CompositePart): string {
  if (code === undefined || code === '') {
    throw fault(
      'search.badValue',
      400,
      'not-supported',
      'A component of this composite must name a code: use code, system|code or |code.',
    );
  }
  return system === undefined ? code : `${system}${SYSTEM}${code}`;
}

/** The forms in which a token component can be asked for; each has its own row. */
export function compositeForms(
  token: { readonly system?: string; readonly code: string },
  impliedSystem: string | undefined,
): readonly CompositePart[] {
  if (token.code === '') return [];
  const { code } = token;
  const system = token.system ?? impliedSystem ?? '';
  return [{ code }, { system, code }];
}

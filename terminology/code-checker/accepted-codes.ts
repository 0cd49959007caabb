import type { FindAtHand } from './instant-systems.ts';
import { instantMember } from './instant-member.ts';
import type { ValueSetParts } from './value-set-parts.ts';

/** Codes that are named; of longer lists the first. */
const MOST_SHOWN = 12;
/** Of larger value sets nobody wants to read how large they are. */
const MOST_COUNTED = 1000;

const known = new WeakMap<ValueSetParts, { readonly text: string | undefined }>();

/** What a value set takes, as it follows "Expected is "; undefined when it is large or its codes cannot be listed. */
export function acceptedCodes(parts: ValueSetParts, findSystem: FindAtHand): string | undefined {
  let accepted = known.get(parts);
  if (accepted === undefined) known.set(parts, (accepted = { text: textOf(codesOf(parts, findSystem)) }));
  return accepted.text;
}

function codesOf({ plan, includes, scope }: ValueSetParts, findSystem: FindAtHand): ReadonlySet<string> | undefined {
  const codes = new Set<string>();
  for (const { system, version, concepts } of includes) {
    if (system === undefined) continue;
    const found = findSystem(system, version);
    const isAtHand = found !== 'elsewhere' && found !== 'absent';
    const candidates = concepts?.keys() ?? (isAtHand ? found.codes?.() : undefined);
    if (candidates === undefined) return undefined;
    for (const code of candidates) {
      const isMember = !isAtHand || instantMember(scope, findSystem, plan, { system, version, code });
      if (isMember === true) codes.add(code);
      if (codes.size > MOST_COUNTED) return undefined;
    }
  }
  return codes;
}

function textOf(codes: ReadonlySet<string> | undefined): string | undefined {
  if (codes === undefined || codes.size === 0) return undefined;
  const shown = [...codes].slice(0, MOST_SHOWN).join(', ');
  if (codes.size === 1) return shown;
  return codes.size > MOST_SHOWN ? `one of ${codes.size} codes such as ${shown}` : `one of ${shown}`;
}

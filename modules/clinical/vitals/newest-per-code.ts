import type { ResourceOf } from '#sdk';

interface Coded {
  readonly code: ResourceOf<'Observation'>['code'];
}

/**
 * The first `max` of each code. Observations are of one code when they share a coding, also by way of a third one that has
 * both; without codings, when they have the same text. https://hl7.org/fhir/R4/observation-operation-lastn.html
 * @param sorted the newest first
 */
export function newestPerCode<T extends Coded>(sorted: readonly T[], max: number): readonly T[] {
  const groups = groupsOfKeys(sorted.map(keysOf));
  const counts = new Map<string, number>();
  return sorted.filter((each) => {
    const group = groups(keysOf(each)[0] ?? '');
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    return count <= max;
  });
}

function keysOf({ code }: Coded): readonly string[] {
  const codings = (code.coding ?? []).filter((coding) => coding.code !== undefined);
  if (codings.length > 0) return codings.map((coding) => `${coding.system ?? ''}|${coding.code ?? ''}`);
  return [`text ${code.text?.trim().toLowerCase() ?? ''}`];
}

/** Which keys belong together: a function from a key to the one that stands for its group (union-find). */
function groupsOfKeys(sets: readonly (readonly string[])[]): (key: string) => string {
  const parents = new Map<string, string>();

  function root(key: string): string {
    let at = key;
    for (let up = parents.get(at); up !== undefined; up = parents.get(at)) at = up;
    // The next look is shorter.
    if (at !== key) parents.set(key, at);
    return at;
  }

  for (const [first = '', ...others] of sets) {
    for (const other of others) {
      const [a, b] = [root(first), root(other)];
      if (a !== b) parents.set(b, a);
    }
  }
  return root;
}

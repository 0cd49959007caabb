import { readIdentity, identityKey, type Identity } from '../read/identity.ts';
import { nameOf, type Stored, type StoredResource } from '../read/stored.ts';
import { newTarget, storedTarget, type Target } from './target.ts';

/** What is stored and what the messages before have made of it, of one plan. */
export interface WorkSet {
  /** What criteria of a map find. */
  found(type: string, query: string): readonly Target[];
  /** Those who have an identifier, instead of replaced ones those who stay. */
  patients(identity: Identity): readonly Target[];
  /** What was added under one of the criteria. */
  added(type: string, queries: readonly string[]): Target | undefined;
  /** Something new; whoever asks for one of its criteria from now on finds it. */
  add(type: string, reference: string, queries: readonly string[], isInPassing: boolean): Target;
  /** `Type/id` that was read. */
  at(reference: string): Target | undefined;
  readonly targets: readonly Target[];
}

export function createWorkSet(stored: Stored): WorkSet {
  const targets: Target[] = [];
  const byName = new Map<string, Target>();
  const created = new Map<string, Target>();
  const targetOf = (resource: StoredResource): Target => {
    const known = byName.get(nameOf(resource));
    if (known !== undefined) return known;
    const target = storedTarget(resource);
    byName.set(target.reference, target);
    targets.push(target);
    return target;
  };
  const withCreated = (resources: readonly StoredResource[], key: string): readonly Target[] => {
    const found = resources.map(targetOf);
    const fresh = created.get(key);
    return fresh === undefined ? found : [...found, fresh];
  };
  return {
    found: (type, query) => withCreated(stored.found(type, query), keyOf(type, query)),
    patients: (identity) => withCreated(stored.patients(identity), identityKey('Patient', identity)),
    added: (type, queries) =>
      queries.map((query) => created.get(keyOf(type, query))).find((each) => each !== undefined),
    add(type, reference, queries, isInPassing) {
      // The same criteria for all who know the same identifiers, whatever their order, so that the server lets one of them in.
      const [criteria] = [...queries].sort();
      const target = newTarget(type, reference, criteria, isInPassing);
      for (const query of queries) created.set(keyOf(type, query), target);
      targets.push(target);
      return target;
    },
    at(reference) {
      const resource = stored.read(reference);
      return resource === undefined ? undefined : targetOf(resource);
    },
    targets,
  };
}

function keyOf(type: string, query: string): string {
  const identity = readIdentity(query);
  return identity === undefined ? `${type}?${query}` : identityKey(type, identity);
}

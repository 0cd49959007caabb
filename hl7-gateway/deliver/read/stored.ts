import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import type { DeliverableMessage } from '../delivered.ts';
import { survivorOf } from '../content/patient-links.ts';
import { identitiesOf, identityKey, identityToken, readIdentity, type Identity } from './identity.ts';
import { searchAll } from './read-bundle.ts';

/** A resource as the server has it. */
export type StoredResource = JsonObject & { readonly resourceType: string; readonly id: string };

/** What of the server a plan has to know. */
export interface Stored {
  /** What a search of a map finds, the oldest first. */
  found(type: string, query: string): readonly StoredResource[];
  /** Patients with an identifier, and instead of those who were replaced the ones who stay. */
  patients(identity: Identity): readonly StoredResource[];
  read(reference: string): StoredResource | undefined;
  /** What an earlier attempt made of a message; undefined when there was none that went through. */
  applied(message: string): readonly string[] | undefined;
}

/** Values in one search, and characters of all of them; the server's own limits are 1,000 and 65,536. */
const VALUES = 100;
const CHARACTERS = 20_000;
/** Results of one search. */
const COUNT = 1000;
/** Who was merged into somebody who was merged …: merges move such links, so that more than one step is rare. */
const STEPS = 10;

/**
 * All that the messages' entries ask for, in one request; one more for each step along replaced patients.
 * @throws Unreachable, SearchRefused
 */
export async function readStored(client: FhirClient, messages: readonly DeliverableMessage[]): Promise<Stored> {
  const { identities, others } = questionsOf(messages);
  const bulk = [...identities].flatMap(([type, tokens]) =>
    portionsOf([...tokens]).map((some) => `${type}?identifier=${some.join(',')}&_count=${COUNT}`),
  );
  const markers = `Provenance?_id=${messages.map(({ id }) => id).join(',')}&_count=${COUNT}`;
  const answers = await searchAll(client, [markers, ...bulk, ...[...others].map((each) => `${each}&_count=3`)]);
  const byName = new Map<string, StoredResource>();
  const byKey = new Map<string, StoredResource[]>();
  for (const resource of answers.slice(1, 1 + bulk.length).flat()) {
    if (!isStored(resource) || byName.has(nameOf(resource))) continue;
    byName.set(nameOf(resource), resource);
    for (const each of identitiesOf(resource)) push(byKey, identityKey(resource.resourceType, each), resource);
  }
  for (const [place, query] of [...others].entries()) {
    for (const resource of (answers[1 + bulk.length + place] ?? []).filter(isStored)) {
      byName.set(nameOf(resource), byName.get(nameOf(resource)) ?? resource);
      push(byKey, query, byName.get(nameOf(resource)) ?? resource);
    }
  }
  await readSurvivors(client, byName);
  const applied = new Map((answers[0] ?? []).map((each) => [String(each.id), targetsOf(each)]));
  return {
    found(type, query) {
      const identity = readIdentity(query);
      return sorted(byKey.get(identity === undefined ? `${type}?${query}` : identityKey(type, identity)) ?? []);
    },
    patients(identity) {
      const found = byKey.get(identityKey('Patient', identity)) ?? [];
      return sorted([...new Set(found.map((each) => lastOf(each, byName)))]);
    },
    read: (reference) => byName.get(reference),
    applied: (message) => applied.get(message),
  };
}

/** Tokens of identifiers by type, and searches of other kinds. */
function questionsOf(messages: readonly DeliverableMessage[]): {
  readonly identities: ReadonlyMap<string, ReadonlySet<string>>;
  readonly others: ReadonlySet<string>;
} {
  const identities = new Map<string, Set<string>>();
  const others = new Set<string>();
  const ask = (type: string, identity: Identity): void => {
    const tokens = identities.get(type) ?? new Set();
    identities.set(type, tokens.add(identityToken(identity)));
  };
  for (const { mapped } of messages) {
    for (const { resource, match } of mapped.entries) {
      for (const query of match) {
        const identity = readIdentity(query);
        if (identity === undefined) others.add(`${resource.resourceType}?${query}`);
        else ask(resource.resourceType, identity);
      }
    }
    for (const { source, target } of mapped.merges) for (const each of [...source, ...target]) ask('Patient', each);
  }
  return { identities, others };
}

async function readSurvivors(client: FhirClient, byName: Map<string, StoredResource>): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    const missing = [...byName.values()]
      .map((each) => survivorOf(each))
      .filter((name) => name !== undefined && !byName.has(name));
    if (missing.length === 0) return;
    const ids = [...new Set(missing)].map((name) => (name ?? '').slice('Patient/'.length));
    const [found = []] = await searchAll(client, [`Patient?_id=${ids.join(',')}&_count=${COUNT}`]);
    for (const resource of found.filter(isStored)) byName.set(nameOf(resource), resource);
  }
}

function lastOf(patient: StoredResource, byName: ReadonlyMap<string, StoredResource>): StoredResource {
  let last = patient;
  for (let step = 0; step < STEPS; step += 1) {
    const next = byName.get(survivorOf(last) ?? '');
    if (next === undefined) return last;
    last = next;
  }
  return last;
}

function targetsOf({ target }: JsonObject): readonly string[] {
  return (Array.isArray(target) ? target : []).flatMap((each) =>
    isObject(each) && typeof each.reference === 'string' ? [each.reference] : [],
  );
}

export function nameOf({ resourceType, id }: StoredResource): string {
  return `${resourceType}/${id}`;
}

function isStored(resource: JsonObject): resource is StoredResource {
  return typeof resource.resourceType === 'string' && typeof resource.id === 'string';
}

/** Ids that the server makes are in the order of time. */
function sorted(resources: readonly StoredResource[]): readonly StoredResource[] {
  return [...resources].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

function portionsOf(tokens: readonly string[]): readonly (readonly string[])[] {
  const portions: string[][] = [];
  let length = Infinity;
  for (const token of tokens) {
    const last = portions.at(-1);
    length += token.length + 1;
    if (last !== undefined && last.length < VALUES && length <= CHARACTERS) last.push(token);
    else {
      portions.push([token]);
      length = token.length;
    }
  }
  return portions;
}

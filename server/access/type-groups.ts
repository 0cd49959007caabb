import type { Definitions } from '../definitions/definitions.ts';
import groups from './roles/type-groups.json' with { type: 'json' };

const GROUPS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(groups));

const PUBLISHED: ReadonlySet<string> = new Set(['definitions', 'products'].flatMap((group) => GROUPS.get(group) ?? []));

/** Types of which no resource is about a patient: what apps that may read one patient's data also need. */
const ABOUT_NOBODY: ReadonlySet<string> = new Set(
  ['directory', 'definitions', 'products'].flatMap((group) => GROUPS.get(group) ?? []).concat('Slot'),
);

/**
 * The resource types that a grant names: `Patient`, `@record` (a group, see roles/type-groups.json), `*`.
 * @returns undefined when there is no such type or group
 */
export function typesNamed(
  name: string,
  { resourceTypes, isResourceType }: Definitions,
): readonly string[] | undefined {
  if (name === '*') return resourceTypes;
  if (name.startsWith('@')) return GROUPS.get(name.slice(1));
  return isResourceType(name) ? [name] : undefined;
}

/** What is published for everybody who is signed in to build on: definitions and products. */
export function isPublished(type: string): boolean {
  return PUBLISHED.has(type);
}

export function isAboutNobody(type: string): boolean {
  return ABOUT_NOBODY.has(type);
}

/** For the test that a new resource type is noticed: every group with its types. */
export function typeGroups(): ReadonlyMap<string, readonly string[]> {
  return GROUPS;
}

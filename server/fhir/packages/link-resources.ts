import type { Definitions } from '../../definitions/definitions.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { collectReferences, rewriteLinks } from '../bundle/links.ts';
import type { Manifest } from './manifest.ts';
import type { PlannedResource } from './plan-package.ts';

/**
 * The resources of a package with references that lead to each other under their new ids; references to what is not
 * installed lead to where the package is published.
 */
export function linkResources(
  definitions: Definitions,
  { name, canonical }: Manifest,
  resources: readonly PlannedResource[],
): PlannedResource[] {
  const links = new Map(resources.map(({ origin, type, id }) => [origin, `${type}/${id}`]));
  const base = canonical === '' ? `urn:athanor:package:${name}` : canonical;
  return resources.map((planned) => {
    const { resource } = planned;
    const absent = absentTargets(resource, links);
    const published = absent.map((target) => [target, `${base}/${target}`] as const);
    const all = published.length === 0 ? links : new Map([...links, ...published]);
    return { ...planned, resource: rewriteLinks(resource, all, definitions) };
  });
}

const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/;

function absentTargets(resource: JsonObject, links: ReadonlyMap<string, string>): string[] {
  const references = new Set<string>();
  collectReferences(resource, references);
  return [...references].filter((reference) => RELATIVE.test(reference) && !links.has(reference));
}

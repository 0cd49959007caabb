import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { eachString } from './each-string.ts';

/**
 * Resources in `contained`: an id that is theirs alone, no version, date or security label, and something that refers
 * to them, or they to the container.
 * https://hl7.org/fhir/R4/references.html#contained
 */
export function checkContained(container: JsonObject, walk: Walk): void {
  const { contained } = container;
  if (!Array.isArray(contained)) return;
  const mentioned = localMentions(container);
  const ids = new Set<string>();
  contained.forEach((resource, index) => {
    if (!isObject(resource)) return;
    const at = ['contained', index] as const;
    const { id, meta } = resource;
    if (typeof id === 'string') {
      if (ids.has(id)) {
        addIssueAt(
          walk,
          [...at, 'id'],
          'duplicate',
          `The id "${shown(id)}" occurs twice in contained. Expected are ids of their own.`,
        );
      }
      ids.add(id);
    }
    if (isObject(meta)) checkMeta(meta, at, walk);
    const isMeant = typeof id === 'string' && mentioned.has(`#${id}`);
    if (!isMeant && !localMentions(resource).has('#')) {
      const expected = typeof id === 'string' ? `a reference to "#${shown(id)}"` : 'an id, and a reference to it';
      addIssueAt(walk, at, 'invariant', `Nothing refers to this contained resource (dom-3). Expected is ${expected}.`);
    }
  });
}

function checkMeta(meta: JsonObject, at: readonly [string, number], walk: Walk): void {
  for (const name of ['versionId', 'lastUpdated', 'security']) {
    if (meta[name] === undefined) continue;
    const key = name === 'security' ? 'dom-5' : 'dom-4';
    const text = `A contained resource has no meta.${name} of its own (${key}). Leave it out; its container may have one.`;
    addIssueAt(walk, [...at, 'meta', name], 'invariant', text);
  }
}

/** `#…` in the strings of a resource: references, uris, links and images of narratives. */
function localMentions(resource: JsonObject): ReadonlySet<string> {
  const mentions = new Set<string>();
  eachString(resource, (text) => {
    if (text.startsWith('#')) mentions.add(text);
    else if (text.startsWith('<div')) addLinks(text, mentions);
  });
  return mentions;
}

function addLinks(div: string, mentions: Set<string>): void {
  for (const [, link] of div.matchAll(/\s(?:href|src)\s*=\s*["'](#[^"']*)["']/g)) {
    if (link !== undefined) mentions.add(link);
  }
}

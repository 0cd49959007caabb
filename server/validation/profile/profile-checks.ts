import { isObject, type JsonObject } from '../../kernel/json.ts';
import { checkConstraint } from '../constraints.ts';
import { addIssue, addIssueAt, shown, type Walk } from '../walk.ts';
import { checkContent } from './check-content.ts';
import { whyNot } from './conforms.ts';
import { isOfType, type Item } from './item.ts';
import { profilesOf } from './profiles.ts';
import type { Profile, Visit } from './rule.ts';
import { itemOfResource } from './select.ts';

const knownByWalk = new WeakMap<Walk, Visit['known']>();

/**
 * Applies to a resource the profiles that it claims in `meta.profile` and, when it is the outermost one, those that the
 * options ask for, and with them the profiles that they impose. A claimed profile that is not known is a warning, one
 * that was asked for is an error.
 */
export function checkProfiles(resource: JsonObject, walk: Walk): void {
  const { meta } = resource;
  const claimed = isObject(meta) && Array.isArray(meta.profile) ? meta.profile : [];
  const asked = walk.resources.length === 1 ? (walk.options.profiles ?? []) : [];
  if (claimed.length === 0 && asked.length === 0) return;
  const applied = new Set<string>();
  for (const canonical of asked) {
    if (applyProfile(resource, canonical, applied, walk)) continue;
    addIssue(
      walk,
      'not-found',
      `The profile ${shown(canonical)} is not known here. Install the package that holds it.`,
    );
  }
  claimed.forEach((canonical, index) => {
    if (typeof canonical !== 'string' || applyProfile(resource, canonical, applied, walk)) return;
    const text = `The profile ${shown(canonical)} is not known here, so it is not checked. Install the package that holds it.`;
    addIssueAt(walk, ['meta', 'profile', index], 'not-found', text, 'warning');
  });
}

/** The inside of an extension against the StructureDefinition that its url names. */
export function checkExtensionContent(extension: JsonObject, structure: JsonObject, walk: Walk): void {
  const { url } = structure;
  if (typeof url !== 'string') return;
  const profile = profilesOf(walk.canonicals, walk.env.definitions).find(url);
  if (profile === undefined) return;
  reportIssues(profile, walk);
  checkContextInvariants(structure, walk);
  checkContent(itemOf(extension, 'Extension'), profile.content('Extension'), visitOf(profile, walk));
}

/** `contextInvariant` is about the element that holds the extension. https://hl7.org/fhir/R4/structuredefinition-definitions.html#StructureDefinition.contextInvariant */
function checkContextInvariants({ url, contextInvariant }: JsonObject, walk: Walk): void {
  const holder = walk.objects.at(-2);
  if (holder === undefined || !Array.isArray(contextInvariant)) return;
  const type = typeof holder.resourceType === 'string' ? holder.resourceType : walk.elements.at(-2)?.type;
  for (const expression of contextInvariant) {
    if (typeof expression !== 'string' || type === undefined) continue;
    const human = `The extension ${String(url)} is not allowed here`;
    const constraint = {
      key: 'contextInvariant',
      severity: 'error',
      human,
      expression,
      isBestPractice: false,
    } as const;
    checkConstraint(constraint, type, walk.env.definitions)(holder, undefined, undefined, walk);
  }
}

/** FHIRPath's conformsTo(): whether an object meets a profile; undefined when that is not known. */
export function conformsTo(object: JsonObject, type: string, canonical: string, walk: Walk): boolean | undefined {
  const profile = profilesOf(walk.canonicals, walk.env.definitions).find(canonical);
  return profile === undefined
    ? undefined
    : whyNot(itemOf(object, type), profile, visitOf(profile, walk)) === undefined;
}

/** False when the profile is not known. */
function applyProfile(resource: JsonObject, canonical: string, applied: Set<string>, walk: Walk): boolean {
  const { definitions } = walk.env;
  const profile = profilesOf(walk.canonicals, definitions).find(canonical);
  if (profile === undefined) return false;
  if (applied.has(profile.url)) return true;
  applied.add(profile.url);
  const item = itemOfResource(resource);
  if (isOfType(item.type, profile.type, definitions)) {
    reportIssues(profile, walk);
    checkContent(item, profile.content(item.type), visitOf(profile, walk));
    for (const imposed of profile.imposed) {
      if (applyProfile(resource, imposed, applied, walk)) continue;
      addIssue(
        walk,
        'not-found',
        `The profile ${shown(imposed)}, which ${profile.url} imposes, is not known here.`,
        'warning',
      );
    }
  } else {
    addIssue(
      walk,
      'structure',
      `The profile ${profile.url} is about ${profile.type}. Expected is a profile of ${item.type}.`,
    );
  }
  return true;
}

/** A profile that cannot be applied in full proves nothing. */
function reportIssues({ url, issues }: Profile, walk: Walk): void {
  for (const { text } of issues) addIssue(walk, 'processing', `The profile ${url} cannot be applied in full. ${text}`);
}

/** Kept for a whole validation: in a Bundle many references lead to the same resource. */
function knownOf(walk: Walk): Visit['known'] {
  let known = knownByWalk.get(walk);
  if (known === undefined) knownByWalk.set(walk, (known = new Map<JsonObject, Map<string, string | undefined>>()));
  return known;
}

function visitOf({ url }: Profile, walk: Walk): Visit {
  const profiles = profilesOf(walk.canonicals, walk.env.definitions);
  return { walk, profile: url, profiles, known: knownOf(walk), depth: 0, open: [], mayAsk: true };
}

function itemOf(object: JsonObject, type: string): Item {
  return { ...itemOfResource(object), type: typeof object.resourceType === 'string' ? object.resourceType : type };
}

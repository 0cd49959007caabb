import { profilesOfType, type TypeJson } from '../../../definitions/snapshot/element-json.ts';
import { checkContent } from '../check-content.ts';
import { whyNot } from '../conforms.ts';
import type { Item } from '../item.ts';
import { report } from '../report.ts';
import type { ItemCheck, Profile, Visit } from '../rule.ts';
import { heldPlace } from '../target-place.ts';

/** Profiles of the element's type, of which a value has to meet one. `types` are those that the value's type is of. */
export function typeProfileChecks(types: readonly TypeJson[], label: string, type: string): readonly ItemCheck[] {
  const canonicals = types.flatMap(profilesOfType);
  // The definitions of extensions are applied to each of them wherever they stand.
  if (types.some(({ profile }) => profile === undefined || profile.length === 0) || type === 'Extension') return [];
  return canonicals.length === 0 ? [] : [(item, visit) => check(item, canonicals, label, visit)];
}

function check(item: Item, canonicals: readonly string[], label: string, visit: Visit): void {
  if (item.value === undefined) return;
  const profiles: Profile[] = [];
  for (const canonical of canonicals) {
    const profile = visit.profiles.find(canonical);
    if (profile !== undefined) profiles.push(profile);
    else
      report(
        visit,
        'not-found',
        `The profile ${canonical} of ${label} is not known here. Install the package that holds it.`,
      );
  }
  const [only, ...others] = profiles;
  if (only === undefined) return;
  // To its own profile a resource in a Bundle is %resource; to the elements of the Bundle's profile the Bundle is.
  const place = heldPlace(item, visit.walk);
  if (others.length === 0) {
    const { resources } = visit.walk;
    if (place !== undefined) resources.push(place);
    checkContent(item, only.content(item.type), { ...visit, profile: only.url });
    if (place !== undefined) resources.pop();
    return;
  }
  const reasons = profiles.map((profile) => ({ url: profile.url, reason: whyNot(item, profile, visit, place) }));
  if (reasons.some(({ reason }) => reason === undefined)) return;
  const list = reasons.map(({ url, reason }) => `${url} (${reason ?? ''})`).join('; ');
  report(visit, 'structure', `${label} must meet one of its profiles, and meets none: ${list}.`);
}

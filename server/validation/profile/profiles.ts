import type { Canonicals } from '../../definitions/canonicals.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { compileProfile } from './compile-profile.ts';
import { buildOverlay, type Overlay } from './overlay.ts';
import type { Profile, Profiles } from './rule.ts';

const byCanonicals = new WeakMap<Canonicals, Profiles>();

/** The profiles among canonicals; what was compiled of them is kept as long as these canonicals are in force. */
export function profilesOf(canonicals: Canonicals, definitions: Definitions): Profiles {
  let profiles = byCanonicals.get(canonicals);
  if (profiles === undefined) byCanonicals.set(canonicals, (profiles = createProfiles(canonicals, definitions)));
  return profiles;
}

function createProfiles(canonicals: Canonicals, definitions: Definitions): Profiles {
  const overlays = new Map<string, Overlay | undefined>();
  const compiled = new Map<string, Profile>();
  const profiles: Profiles = {
    overlay(canonical) {
      if (!overlays.has(canonical)) overlays.set(canonical, buildOverlay(canonical, definitions, canonicals));
      return overlays.get(canonical);
    },
    find(canonical) {
      let profile = compiled.get(canonical);
      if (profile !== undefined) return profile;
      const overlay = profiles.overlay(canonical);
      if (overlay === undefined) return undefined;
      compiled.set(canonical, (profile = compileProfile(overlay, definitions, profiles)));
      return profile;
    },
  };
  return profiles;
}

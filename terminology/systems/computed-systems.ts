import type { CodeSystemSource, InstantCodeSystem } from '../code-system.ts';
import { mediaTypes } from './bcp13.ts';
import { languages } from './bcp47.ts';
import { computedCodeSystem, type ComputedSystem } from './computed-system.ts';
import { subdivisions } from './iso3166-2.ts';
import { countries } from './iso3166.ts';
import { currencies } from './iso4217.ts';
import { twoLetterLanguages } from './iso639-1.ts';
import { worldRegions } from './m49.ts';
import { uris } from './rfc3986.ts';
import { timeZones } from './time-zones.ts';
import { units } from './ucum.ts';

const SYSTEMS: readonly ComputedSystem[] = [
  units,
  languages,
  mediaTypes,
  countries,
  subdivisions,
  currencies,
  twoLetterLanguages,
  timeZones,
  worldRegions,
  uris,
];

/** They are in memory, so that they can be had at once too. */
export interface ComputedSystems extends CodeSystemSource {
  readonly urls: readonly string[];
  instant(url: string, version: string | undefined): InstantCodeSystem | undefined;
}

/** Code systems that come from packages and grammars; one is read when it is first asked for. */
export function computedSystems(): ComputedSystems {
  const descriptions = new Map(SYSTEMS.map((system) => [system.url, system]));
  const loaded = new Map<string, InstantCodeSystem>();
  const find = (url: string): InstantCodeSystem | undefined => {
    const known = loaded.get(url);
    if (known !== undefined) return known;
    const description = descriptions.get(url);
    if (description === undefined) return undefined;
    const system = computedCodeSystem(description);
    loaded.set(url, system);
    return system;
  };
  const instant = (url: string, version: string | undefined): InstantCodeSystem | undefined => {
    const system = find(url);
    return version === undefined || version === system?.version ? system : undefined;
  };
  return {
    urls: SYSTEMS.map(({ url }) => url),
    instant,
    codeSystem: async (url, version) => instant(url, version),
    async versions(url) {
      const system = find(url);
      return system === undefined ? [] : [system.version ?? ''];
    },
  };
}

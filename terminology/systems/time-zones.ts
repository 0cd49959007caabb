import { createRequire } from 'node:module';
import type { Concept } from '../code-system.ts';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept } from './concept.ts';

interface TimeZone {
  readonly name: string;
  /** `Pacific Time` */
  readonly alternativeName: string;
  readonly countryCode: string;
  /** All names with these rules, its own included. */
  readonly group: readonly string[];
}

/** Names such as `Europe/Berlin`. https://hl7.org/fhir/R4/valueset-timezones.html */
export const timeZones: ComputedSystem = {
  url: 'https://www.iana.org/time-zones',
  name: 'IANATimeZones',
  title: 'Time zones of the IANA database',
  description: 'Zones of places with all their names, UTC, and the zones of whole hours (Etc/GMT…).',
  isCaseSensitive: true,
  language: 'en',
  hasFreeDisplays: true,
  load,
};

function load(): ComputedContent {
  const require = createRequire(import.meta.url);
  const { rawTimeZones, tzdbVersion } = require('@vvo/tzdb') as {
    readonly rawTimeZones: readonly TimeZone[];
    readonly tzdbVersion: string;
  };
  const byName = new Map<string, Concept>();
  for (const { name, alternativeName, countryCode, group } of rawTimeZones) {
    for (const each of [name, ...group]) {
      const zone = codeProperty('same-as', name);
      const properties = [codeProperty('country', countryCode), ...(each === name ? [] : [zone])];
      byName.set(each, concept(each, `${each} (${alternativeName})`, properties));
    }
  }
  for (const name of ['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']) byName.set(name, concept(name, name));
  // The sign of these is that of POSIX: Etc/GMT+5 is five hours behind Greenwich.
  for (let hours = -14; hours <= 12; hours += 1) {
    const name = `Etc/GMT${hours < 0 ? '' : '+'}${hours}`;
    byName.set(name, concept(name, name));
  }
  const concepts = [...byName.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  return { version: tzdbVersion, concepts };
}

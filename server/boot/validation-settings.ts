import { loadDefinitions } from '../definitions/load.ts';
import type { Setting } from '../kernel/setting.ts';

type Level = 'full' | 'structure';

/** What a write is checked for. */
export interface ValidationLevels {
  readonly others: Level;
  readonly byType: ReadonlyMap<string, Level>;
}

type Words = Pick<Setting<unknown>, 'name' | 'text'>;

/** `full`, `structure`, `full,AuditEvent=structure,Binary=structure` */
export function validationLevels(words: Words): Setting<ValidationLevels> {
  const accepts = 'full or structure, then TYPE=LEVEL for types that differ, separated by commas';
  return {
    ...words,
    accepts,
    shown: 'full',
    fallback: { others: 'full', byType: new Map() },
    parse(value) {
      let others: Level = 'full';
      const byType = new Map<string, Level>();
      for (const part of parts(value)) {
        const [type = '', level] = part.split('=').map((word) => word.trim());
        if (level === undefined) others = expectLevel(type, accepts);
        else byType.set(expectType(type, accepts), expectLevel(level, accepts));
      }
      return { others, byType };
    },
  };
}

/** `Patient=URL,Patient=URL|1.0,Observation=URL` as urls by type. */
export function profilesByType(words: Words): Setting<ReadonlyMap<string, readonly string[]>> {
  const accepts = 'TYPE=CANONICAL, separated by commas';
  return {
    ...words,
    accepts,
    shown: 'none',
    fallback: new Map(),
    parse(value) {
      const profiles = new Map<string, string[]>();
      for (const part of parts(value)) {
        const cut = part.indexOf('=');
        const type = expectType(part.slice(0, Math.max(cut, 0)).trim(), accepts);
        const url = part.slice(cut + 1).trim();
        if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(url)) throw new Error(accepts);
        profiles.set(type, [...(profiles.get(type) ?? []), url]);
      }
      return profiles;
    },
  };
}

function parts(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function expectType(name: string, accepts: string): string {
  if (!loadDefinitions().isResourceType(name)) throw new Error(accepts);
  return name;
}

function expectLevel(text: string, accepts: string): Level {
  if (text === 'full' || text === 'structure') return text;
  throw new Error(accepts);
}

import type { Random } from '../../server/import/demo-clinic/random.ts';
import { HOSTILE_TEXTS, HOSTILE_VALUES } from './hostile-values.ts';

type Json = Record<string, unknown> | unknown[];

/** A copy with a few changes at random places: values replaced, properties dropped, added, or moved. */
export function mutateResource(random: Random, resource: unknown): unknown {
  const copy = structuredClone(resource);
  const changes = random.between(1, 3);
  for (let change = 0; change < changes; change += 1) mutateSomewhere(random, copy);
  return copy;
}

function mutateSomewhere(random: Random, root: unknown): void {
  let place = root;
  for (;;) {
    if (!isContainer(place)) return;
    const keys = Object.keys(place);
    const key = keys[random.between(0, Math.max(0, keys.length - 1))];
    const inner = key === undefined ? undefined : (place as Record<string, unknown>)[key];
    if (key !== undefined && isContainer(inner) && random.chance(0.7)) {
      place = inner;
      continue;
    }
    change(random, place as Record<string, unknown>, key);
    return;
  }
}

function isContainer(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function change(random: Random, place: Record<string, unknown>, key: string | undefined): void {
  const hostile = random.chance(0.6) ? random.pick(HOSTILE_TEXTS) : structuredClone(random.pick(HOSTILE_VALUES));
  if (key === undefined || random.chance(0.1)) {
    place[
      random.pick(['unknownElement', '_status', 'constructor', 'valueString', 'extension', 'contained', 'id', 'meta'])
    ] = hostile;
    return;
  }
  const kind = random.between(0, 4);
  if (kind === 0 && Array.isArray(place)) place.length = 0;
  else if (kind === 0) Reflect.deleteProperty(place, key);
  else if (kind === 1) place[key] = [place[key], structuredClone(place[key])];
  else if (kind === 2) place[key] = { [key]: place[key] };
  else place[key] = hostile;
}

/** JSON text that is damaged, or not what JSON.stringify would write. */
export function mutateText(random: Random, text: string): string {
  const at = random.between(0, text.length);
  switch (random.between(0, 9)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(HOSTILE_TEXTS) + text.slice(at);
    case 2:
      return text.replace('{', '{"__proto__":{"polluted":true},');
    case 3:
      return text.replace('{', '{"resourceType":"Patient","resourceType":"Observation",');
    case 4:
      return text.replace('{', '{"id":"a\\u0000b",');
    case 5:
      return text.replace('{', '{"id":"\\ud800",');
    case 6:
      return '['.repeat(random.between(100, 20_000));
    case 7:
      return text.replace('{', `{"extension":${'{"a":'.repeat(300)}1${'}'.repeat(300)},`);
    case 8:
      return text.replace(/:(\d)/, ':1e999$1');
    default:
      return text.replaceAll(':', random.pick([';', '=', ':,', '::']));
  }
}

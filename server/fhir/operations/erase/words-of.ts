import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';

/** Texts by which a person is known: names, numbers, addresses of contact. Distinct, longest first. */
export type Words = readonly string[];

/** Shorter ones stand in other people's texts as well. */
const SHORTEST_NAME = 3;
const SHORTEST_VALUE = 4;
const MOST = 500;

/** Out of all versions of a Patient. */
export function wordsOf(versions: readonly JsonObject[]): Words {
  const words = new Set<string>();
  const add = (text: string, shortest: number): void => {
    const word = text.trim();
    if (word.length >= shortest) words.add(word);
  };
  for (const patient of versions) {
    for (const name of objectsAt(patient.name)) for (const text of namesOf(name)) add(text, SHORTEST_NAME);
    for (const identifier of objectsAt(patient.identifier)) add(textAt(identifier, 'value'), SHORTEST_VALUE);
    for (const contact of objectsAt(patient.telecom)) add(textAt(contact, 'value'), SHORTEST_VALUE);
  }
  return [...words].sort((a, b) => b.length - a.length).slice(0, MOST);
}

/** Given names alone are shared by too many. */
function namesOf(name: JsonObject): readonly string[] {
  const family = textAt(name, 'family');
  const given = Array.isArray(name.given) ? name.given.filter((each) => typeof each === 'string') : [];
  const forms = [textAt(name, 'text'), family];
  for (const first of [given.join(' '), given[0] ?? '']) {
    if (family !== '' && first !== '') forms.push(`${first} ${family}`, `${family}, ${first}`, `${family} ${first}`);
  }
  return forms;
}

/** Finds any of the words, as a whole, in any case. Undefined: there are none. */
export function patternOf(words: Words): RegExp | undefined {
  if (words.length === 0) return undefined;
  const literals = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${literals.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function textAt(object: JsonObject, property: string): string {
  const value = object[property];
  return typeof value === 'string' ? value : '';
}

function objectsAt(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}

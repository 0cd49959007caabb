import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';

/**
 * By what a person is known. A family name is shared, and may be a word of every text ("Low", "Org"): by itself it tells of
 * nobody. What a patient is recognised by is in evidence.ts.
 */
export interface Words {
  /** Everything, as it is taken out of texts that are about the patient. Distinct, longest first. */
  readonly all: readonly string[];
  /** Names in full, values of identifiers, addresses of contact: all but family names alone. */
  readonly telling: readonly string[];
  /** Finds one of them, see {@link patternOf}. */
  readonly allPattern: RegExp | undefined;
  readonly tellingPattern: RegExp | undefined;
  readonly families: readonly string[];
  /** Keys of {@link nameKeys}. */
  readonly names: ReadonlySet<string>;
  /** `system|value` */
  readonly identifiers: ReadonlySet<string>;
  readonly birthDates: ReadonlySet<string>;
}

/** Shorter ones stand in other people's texts as well. */
const SHORTEST_NAME = 3;
const SHORTEST_VALUE = 4;
const MOST = 500;

/** Out of all versions of a Patient. */
export function wordsOf(versions: readonly JsonObject[]): Words {
  const telling = new Set<string>();
  const families = new Set<string>();
  const names = new Set<string>();
  const identifiers = new Set<string>();
  const birthDates = new Set<string>();
  for (const patient of versions) {
    for (const name of objectsAt(patient.name)) {
      add(families, textAt(name, 'family'), SHORTEST_NAME);
      for (const text of fullNames(name)) add(telling, text, SHORTEST_NAME);
      for (const key of nameKeys(name)) names.add(key);
    }
    for (const identifier of objectsAt(patient.identifier)) {
      add(telling, textAt(identifier, 'value'), SHORTEST_VALUE);
      if (textAt(identifier, 'value') !== '') identifiers.add(identifierKey(identifier));
    }
    for (const contact of objectsAt(patient.telecom)) add(telling, textAt(contact, 'value'), SHORTEST_VALUE);
    if (textAt(patient, 'birthDate') !== '') birthDates.add(textAt(patient, 'birthDate'));
  }
  for (const family of families) telling.delete(family);
  const sorted = {
    all: longestFirst([...telling, ...families]),
    telling: longestFirst(telling),
    families: longestFirst(families),
  };
  // Once: they are looked for in many texts.
  const patterns = { allPattern: patternOf(sorted.all), tellingPattern: patternOf(sorted.telling) };
  return { ...sorted, ...patterns, names, identifiers, birthDates };
}

function add(words: Set<string>, text: string, shortest: number): void {
  const word = text.trim();
  if (word.length >= shortest) words.add(word);
}

function longestFirst(words: Iterable<string>): readonly string[] {
  return [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, MOST);
}

/** Given names alone are shared by too many. */
function fullNames(name: JsonObject): readonly string[] {
  const family = textAt(name, 'family');
  const given = givenOf(name);
  const forms = [textAt(name, 'text')];
  for (const first of [given.join(' '), given[0] ?? '']) {
    if (family !== '' && first !== '') forms.push(`${first} ${family}`, `${family}, ${first}`, `${family} ${first}`);
  }
  return forms;
}

/** By which two HumanNames are the same: first given name and family name, and the name as one text. */
export function nameKeys(name: JsonObject): readonly string[] {
  const family = textAt(name, 'family');
  const [first = ''] = givenOf(name);
  const text = textAt(name, 'text');
  return [
    ...(family === '' || first === '' ? [] : [`${first} ${family}`.toLowerCase()]),
    ...(text === '' ? [] : [text.toLowerCase()]),
  ];
}

export function identifierKey(identifier: JsonObject): string {
  return `${textAt(identifier, 'system')}|${textAt(identifier, 'value')}`;
}

/** Finds any of the words, as a whole, in any case. Undefined: there are none. */
function patternOf(words: readonly string[]): RegExp | undefined {
  if (words.length === 0) return undefined;
  const literals = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${literals.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

/** What may be references in a text: words between blanks, quotes and brackets, without the end of a sentence. */
export function addressesIn(text: string): readonly string[] {
  return text.split(/[\s"'<>()[\]{},;=\\]+/).map((word) => word.replace(/[.:!?]+$/, ''));
}

/** Whether {@link patternOf} finds something. */
export function hasWord(text: string, pattern: RegExp | undefined): boolean {
  return pattern !== undefined && text.search(pattern) !== -1;
}

function givenOf({ given }: JsonObject): readonly string[] {
  return Array.isArray(given) ? given.filter((each) => typeof each === 'string') : [];
}

function textAt(object: JsonObject, property: string): string {
  const value = object[property];
  return typeof value === 'string' ? value : '';
}

function objectsAt(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}

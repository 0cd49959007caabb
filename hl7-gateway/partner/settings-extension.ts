import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';

const BASE = 'https://athanor.health/fhir/StructureDefinition/';

/** Values of one extension with parts, each of the type that its definition gives it; what does not hold is told to `problems`. */
export interface SettingsExtension {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
}

/** All extensions of a resource with that name. @param problems is told what has no place there */
export function settingsOf(
  resource: JsonObject,
  name: string,
  parts: readonly string[],
  problems: string[],
): readonly SettingsExtension[] {
  return objects(resource.extension)
    .filter(({ url }) => url === BASE + name)
    .map((extension) => {
      const inner = objects(extension.extension);
      for (const { url } of inner)
        if (!parts.includes(String(url))) problems.push(`${name} has no part "${String(url)}"`);
      return readerOf(inner, (part, what) => problems.push(`${name}: ${part} is no ${what}`));
    });
}

function readerOf(inner: readonly JsonObject[], complain: (part: string, what: string) => void): SettingsExtension {
  function values<T>(part: string, what: string, read: (value: JsonValue | undefined) => T | undefined): readonly T[] {
    return inner
      .filter(({ url }) => url === part)
      .flatMap((each) => {
        const value = read(valueOf(each));
        if (value === undefined) complain(part, what);
        return value === undefined ? [] : [value];
      });
  }
  function one<T>(part: string, what: string, read: (value: JsonValue | undefined) => T | undefined): T | undefined {
    const [first, ...others] = values(part, what, read);
    if (others.length > 0) complain(part, `single ${what}`);
    return first;
  }
  const asText = (value: JsonValue | undefined): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value : undefined;
  return {
    text: (part) => one(part, 'text', asText),
    texts: (part) => values(part, 'text', asText),
    number: (part) => one(part, 'number', (value) => (typeof value === 'number' ? value : undefined)),
    flag: (part) => one(part, 'truth value', (value) => (typeof value === 'boolean' ? value : undefined)),
  };
}

function valueOf(extension: JsonObject): JsonValue | undefined {
  const element = Object.keys(extension).find((name) => name.startsWith('value'));
  return element === undefined ? undefined : extension[element];
}

function objects(list: JsonValue | undefined): readonly JsonObject[] {
  return (Array.isArray(list) ? list : []).filter((each) => isObject(each));
}

import { hasWord, patternOf, type Words } from './words-of.ts';

/**
 * Whether a text that is kept for a while mentions what is erased: by reference, as a resource with its id, or by a name in
 * full or a number of the patient.
 * @param names `Type/id` of what is erased
 */
export function mentionOf(names: readonly string[], { telling }: Words): (text: string) => boolean {
  const gone = new Set(names);
  const ids = new Set(names.map((name) => name.slice(name.indexOf('/') + 1)));
  const pattern = patternOf(telling);
  return (text) => {
    for (const [name] of text.matchAll(/\b[A-Z][A-Za-z]{2,40}\/[A-Za-z0-9.-]{1,64}/g)) if (gone.has(name)) return true;
    for (const [, id = ''] of text.matchAll(/"id"\s*:\s*"([A-Za-z0-9.-]{1,64})"/g)) if (ids.has(id)) return true;
    return hasWord(text, pattern);
  };
}

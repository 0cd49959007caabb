import { addressesIn, hasWord, type Words } from './words-of.ts';

/**
 * Whether a text that is kept for a while mentions what is erased: by reference, as a resource with its id, or by a name in
 * full or a number of the patient. Better one too many: what is kept so is asked for again.
 * @param names `Type/id` of what is erased
 */
export function mentionOf(names: readonly string[], { tellingPattern }: Words): (text: string) => boolean {
  const gone = new Set(names);
  const ids = new Set(names.map((name) => name.slice(name.indexOf('/') + 1)));
  return (text) => {
    for (const address of addressesIn(text)) {
      // Each place where one may begin: "FHIR/Patient" in `…/FHIR/Patient/1` is none.
      for (const [, reference = ''] of address.matchAll(/(?=([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:$|[/?#|]))/g)) {
        if (gone.has(reference)) return true;
      }
    }
    for (const [, id = ''] of text.matchAll(/"id"\s*:\s*"([A-Za-z0-9.-]{1,64})"/g)) if (ids.has(id)) return true;
    return hasWord(text, tellingPattern);
  };
}

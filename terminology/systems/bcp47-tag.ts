/** The parts of a well-formed language tag; all in lower case but as they stand in the tag. */
export interface LanguageTag {
  readonly language: string;
  readonly extlang: readonly string[];
  readonly script: string | undefined;
  readonly region: string | undefined;
  readonly variants: readonly string[];
  readonly extensions: readonly string[];
  readonly privateUse: string | undefined;
}

const MAX_LENGTH = 200;

/** Reads `language[-extlang][-script][-region][-variant]*[-extension]*[-x-private]`. https://www.rfc-editor.org/rfc/rfc5646#section-2.1 */
export function readLanguageTag(tag: string): LanguageTag | undefined {
  if (tag.length > MAX_LENGTH || !/^[a-z]/i.test(tag)) return undefined;
  const parts = tag.toLowerCase().split('-');
  if (!parts.every((part) => /^[a-z0-9]{1,8}$/.test(part))) return undefined;
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    const part = parts[at];
    if (part === undefined || !pattern.test(part)) return undefined;
    at += 1;
    return part;
  };
  const takeAll = (pattern: RegExp, most: number): string[] => {
    const taken: string[] = [];
    for (let part = take(pattern); part !== undefined; part = take(pattern)) {
      taken.push(part);
      if (taken.length === most) break;
    }
    return taken;
  };

  const language = take(/^[a-z]{2,8}$/);
  if (language === undefined) return undefined;
  const extlang = language.length <= 3 ? takeAll(/^[a-z]{3}$/, 3) : [];
  const script = take(/^[a-z]{4}$/);
  const region = take(/^(?:[a-z]{2}|[0-9]{3})$/);
  const variants = takeAll(/^(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})$/, 8);
  const extensions: string[] = [];
  for (let singleton = take(/^[0-9a-wy-z]$/); singleton !== undefined; singleton = take(/^[0-9a-wy-z]$/)) {
    const values = takeAll(/^[a-z0-9]{2,8}$/, 16);
    if (values.length === 0 || extensions.some((other) => other.startsWith(`${singleton}-`))) return undefined;
    extensions.push([singleton, ...values].join('-'));
  }
  let privateUse: string | undefined;
  if (take(/^x$/) !== undefined) {
    const values = takeAll(/^[a-z0-9]{1,8}$/, 16);
    if (values.length === 0) return undefined;
    privateUse = values.join('-');
  }
  if (at < parts.length || new Set(variants).size < variants.length) return undefined;
  return { language, extlang, script, region, variants, extensions, privateUse };
}

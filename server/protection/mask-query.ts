const IDENTIFIER = /identifier/i;
const ITEM = /,|%2C/i;
/** Up to the last separator: the system, or the kind of identifier. */
const SCOPE = /^.*(?:\||%7C)/is;

/**
 * The query of a search as it may be kept: in place of the values of identifiers stands a keyed hash, by which equal ones
 * are recognised. Identifiers that are encrypted in the store must not stand beside it in clear.
 * @param pseudonym see Protection.pseudonym
 */
export function maskQuery(query: string, pseudonym: (text: string) => string): string {
  if (!IDENTIFIER.test(decoded(query))) return query;
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=');
      const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
      if (decoded(name) === '_filter')
        return IDENTIFIER.test(decoded(value)) ? `${name}=${masked(value, pseudonym)}` : pair;
      if (value === '' || !IDENTIFIER.test(decoded(name))) return pair;
      return `${name}=${value
        .split(ITEM)
        .map((item) => maskedCode(item, pseudonym))
        .join(',')}`;
    })
    .join('&');
}

function maskedCode(item: string, pseudonym: (text: string) => string): string {
  const scope = SCOPE.exec(item)?.[0] ?? '';
  const code = item.slice(scope.length);
  return code === '' ? item : scope + masked(code, pseudonym);
}

function masked(value: string, pseudonym: (text: string) => string): string {
  return `~${pseudonym(`identifier ${decoded(value)}`).slice(0, 16)}`;
}

/** Malformed escapes stay as they are. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

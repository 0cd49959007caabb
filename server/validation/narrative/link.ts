const LINKED = new Set(['http', 'https', 'mailto', 'tel', 'ftp', 'sms', 'cid']);
const IMAGES = new Set(['http', 'https', 'cid']);
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
/** Of pixels: an SVG is a document with scripts of its own. */
const PICTURE = /^data:image\/(?!svg)/i;
const LONGEST_START = 64;

/** The scheme of a link that a reader's browser must not, or cannot, follow; undefined when it is fine or relative. */
export function refusedScheme(attribute: string, value: string): string | undefined {
  const start = startOf(value);
  const scheme = SCHEME.exec(start)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  const isAllowed = attribute === 'src' ? IMAGES.has(scheme) || PICTURE.test(start) : LINKED.has(scheme);
  return isAllowed ? undefined : scheme;
}

/** Without what browsers skip: to them `java\nscript:` is a script. */
function startOf(value: string): string {
  let start = '';
  for (let at = 0; at < value.length && start.length < LONGEST_START; at += 1) {
    if (value.charCodeAt(at) > 32) start += value.charAt(at);
  }
  return start;
}

/** What a style does beyond formatting: it runs as code in old browsers, or loads something by `url(…)`. */
export function styleEffect(style: string): 'runs' | 'loads' | undefined {
  // Comments and escapes are how such things are hidden.
  const plain = style.replace(/\/\*[^*]*\*\//g, '').toLowerCase();
  if (/expression\s*\(|javascript:|@import|behavior\s*:|-moz-binding|\\/.test(plain)) return 'runs';
  return /url\s*\(/.test(plain) ? 'loads' : undefined;
}

import { fault } from '../../kernel/fault.ts';
import { quoted } from './search-faults.ts';

/** One `name=value` of a query string, decoded; `raw` is its text for links. */
export interface QueryPair {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
}

const MAX_PAIRS = 200;
const MAX_NAME = 1000;
/** A thousand references of 64 characters fit. */
const MAX_VALUE = 65_536;

const ENCODED = /[%+]/;
/** What may stand in a link as it came. */
const LINKABLE = /^[\w!$'()*+,./:;=?@~%|-]*$/;
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/**
 * The pairs of a query string in their order; `+` is a space.
 * https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 * @throws Fault 400 when the encoding is broken, a text holds control characters, or a bound is exceeded
 */
export function queryPairs(query: string): readonly QueryPair[] {
  const pairs: QueryPair[] = [];
  for (let start = 0; start < query.length;) {
    let end = query.indexOf('&', start);
    if (end === -1) end = query.length;
    if (end > start) {
      if (pairs.length === MAX_PAIRS) throw tooMuch(`a search takes at most ${MAX_PAIRS} parameters`);
      pairs.push(pairOf(query.slice(start, end)));
    }
    start = end + 1;
  }
  return pairs;
}

function pairOf(raw: string): QueryPair {
  const equals = raw.indexOf('=');
  const nameEnd = equals === -1 ? raw.length : equals;
  if (nameEnd > MAX_NAME) throw tooMuch(`the name of a parameter has at most ${MAX_NAME} characters`);
  // Encoded text is at most three times (as UTF-8: nine times) as long; what is longer need not be decoded first.
  if (raw.length > MAX_VALUE * 9) throw tooMuch(`the value of a parameter has at most ${MAX_VALUE} characters`);
  const name = decode(raw.slice(0, nameEnd));
  const value = equals === -1 ? '' : decode(raw.slice(equals + 1));
  if (value.length > MAX_VALUE) throw tooMuch(`the value of ${quoted(name)} may have at most ${MAX_VALUE} characters`);
  return { name, value, raw: LINKABLE.test(raw) ? raw : `${encodeURIComponent(name)}=${encodeURIComponent(value)}` };
}

function decode(text: string): string {
  const decoded = ENCODED.test(text) ? percentDecode(text) : text;
  if (CONTROL.test(decoded) || !decoded.isWellFormed()) {
    throw fault(
      'search.badText',
      400,
      'value',
      'A search parameter must not hold control characters or lone surrogates.',
      'http.url',
    );
  }
  return decoded;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    const message = `${quoted(text.toWellFormed())} is not percent-encoded UTF-8. Write "%" as %25, "&" as %26, "+" as %2B.`;
    throw fault('search.badEncoding', 400, 'value', message, 'http.url', { cause });
  }
}

function tooMuch(bound: string): Error {
  return fault(
    'search.tooLong',
    400,
    'too-long',
    `The search is too long: ${bound}. Split it into several searches.`,
    'http.url',
  );
}

/**
 * JSON whose numbers keep their digits.
 *
 * FHIR decimals carry their precision (`1.00` is not `1`, https://hl7.org/fhir/R4/datatypes.html#decimal), and
 * JSON.parse drops it. `parseJson` returns plain objects, arrays, strings, booleans and numbers; where the text of a
 * number is not what JavaScript would print, the text is kept on its parent under the symbol {@link EXACT}
 * (`parent[EXACT].value === '1.00'`). Object spread and Object.assign carry symbols along, so copies stay exact;
 * `stringifyJson` writes the kept text as long as it still denotes the number that stands there.
 */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = JsonValue[] & { [EXACT]?: ExactTexts };
export interface JsonObject {
  [key: string]: JsonValue | undefined;
  [EXACT]?: ExactTexts;
}
/** Number text by property name (or array index as text). */
export type ExactTexts = { [key: string]: string };

export const EXACT: unique symbol = Symbol('exact');

export interface JsonLimits {
  /** Deepest nesting of objects and arrays. */
  readonly maxDepth: number;
}

const DEFAULT_JSON_LIMITS: JsonLimits = { maxDepth: 64 };

/** Why a text is not acceptable JSON. `line` and `column` are 1-based. */
export class JsonSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  constructor(message: string, text: string, position: number, path: string) {
    super(message);
    this.name = 'JsonSyntaxError';
    let line = 1;
    let start = 0;
    for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) {
      line += 1;
      start = at + 1;
    }
    this.line = line;
    this.column = position - start + 1;
    this.path = path;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// A decimal whose exponent or length no database number can hold is refused before it gets there.
const MAX_NUMBER_LENGTH = 64;
const MAX_EXPONENT = 300;
// No object that anybody means has so many; those of a million take seconds to copy.
const MAX_PROPERTIES = 10_000;

/**
 * Strict RFC 8259 parser that also refuses duplicate keys, `\u0000`, lone surrogates, `__proto__` keys, numbers out
 * of any decimal's range, objects of more than 10,000 properties, and nesting beyond `limits.maxDepth`.
 * @throws JsonSyntaxError
 */
export function parseJson(text: string, limits: JsonLimits = DEFAULT_JSON_LIMITS): JsonValue {
  return new Parser(text, limits).document();
}

class Parser {
  private readonly text: string;
  private readonly maxDepth: number;
  private readonly checkSurrogates: boolean;
  private at = 0;
  private depth = 0;
  private readonly path: (string | number)[] = [];

  constructor(text: string, limits: JsonLimits) {
    this.text = text;
    this.maxDepth = limits.maxDepth;
    this.checkSurrogates = !text.isWellFormed();
  }

  document(): JsonValue {
    if (this.checkSurrogates) {
      throw this.fail(
        'The text contains half of a surrogate pair, which is not a character',
        this.text.search(LONE_SURROGATE),
      );
    }
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.value();
    this.space();
    if (this.at < this.text.length) throw this.fail('Unexpected text after the JSON value');
    return value;
  }

  private fail(message: string, at = this.at): JsonSyntaxError {
    let path = '';
    for (const step of this.path) path += typeof step === 'number' ? `[${step}]` : path === '' ? step : `.${step}`;
    return new JsonSyntaxError(message, this.text, at, path);
  }

  private space(): void {
    const text = this.text;
    for (;;) {
      const c = text.charCodeAt(this.at);
      if (c === 32 || c === 10 || c === 13 || c === 9) this.at += 1;
      else return;
    }
  }

  private value(): JsonValue {
    this.space();
    const c = this.text.charCodeAt(this.at);
    if (c === QUOTE) return this.string();
    if (c === 123) return this.object();
    if (c === 91) return this.array();
    if (c === 116) return this.word('true', true);
    if (c === 102) return this.word('false', false);
    if (c === 110) return this.word('null', null);
    // Numbers inside of objects and arrays are read there, because their text is kept on the parent.
    if (this.depth === 0 && (c === 45 || (c >= 48 && c <= 57))) return this.number([], '0');
    if (this.at >= this.text.length) throw this.fail('Unexpected end of the text');
    throw this.fail('Expected a JSON value');
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.fail('Expected a JSON value');
    this.at += word.length;
    return value;
  }

  private enter(): void {
    this.at += 1;
    this.depth += 1;
    if (this.depth > this.maxDepth) throw this.fail(`Nested deeper than ${this.maxDepth} levels`);
  }

  private object(): JsonObject {
    this.enter();
    const text = this.text;
    const result: JsonObject = {};
    this.space();
    if (text.charCodeAt(this.at) === 125) {
      this.at += 1;
      this.depth -= 1;
      return result;
    }
    for (let count = 1; ; count += 1) {
      this.space();
      if (count > MAX_PROPERTIES) throw this.fail(`An object may have at most ${MAX_PROPERTIES} properties`);
      if (text.charCodeAt(this.at) !== QUOTE) throw this.fail('Expected a property name in double quotes');
      const start = this.at;
      const key = this.string();
      // A property of Object.prototype would be found by `in` on any plain object, hence hasOwn.
      if (key === '__proto__') throw this.fail('The property name __proto__ is not allowed', start);
      if (Object.hasOwn(result, key)) throw this.fail(`The property "${key.slice(0, 64)}" appears twice`, start);
      this.space();
      if (text.charCodeAt(this.at) !== 58) throw this.fail('Expected ":" after a property name');
      this.at += 1;
      this.path.push(key);
      this.space();
      const c = text.charCodeAt(this.at);
      if (c === 45 || (c >= 48 && c <= 57)) result[key] = this.number(result, key);
      else result[key] = this.value();
      this.path.pop();
      this.space();
      const next = text.charCodeAt(this.at);
      this.at += 1;
      if (next === 44) continue;
      if (next === 125) break;
      this.at -= 1;
      throw this.fail('Expected "," or "}"');
    }
    this.depth -= 1;
    return result;
  }

  private array(): JsonArray {
    this.enter();
    const text = this.text;
    const result: JsonArray = [];
    this.space();
    if (text.charCodeAt(this.at) === 93) {
      this.at += 1;
      this.depth -= 1;
      return result;
    }
    for (;;) {
      this.path.push(result.length);
      this.space();
      const c = text.charCodeAt(this.at);
      if (c === 45 || (c >= 48 && c <= 57)) result.push(this.number(result, String(result.length)));
      else result.push(this.value());
      this.path.pop();
      this.space();
      const next = text.charCodeAt(this.at);
      this.at += 1;
      if (next === 44) continue;
      if (next === 93) break;
      this.at -= 1;
      throw this.fail('Expected "," or "]"');
    }
    this.depth -= 1;
    return result;
  }

  private string(): string {
    const text = this.text;
    const start = this.at + 1;
    let at = start;
    for (;;) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (c === BACKSLASH) return this.escaped(start, at);
      if (!(c >= 32)) {
        this.at = at;
        throw this.fail(
          at >= text.length ? 'Unterminated string' : 'Control character in a string; write it as an escape',
        );
      }
      at += 1;
    }
  }

  /** The rest of a string from its first escape on: found natively, decoded natively, then checked. */
  private escaped(start: number, from: number): string {
    const text = this.text;
    let at = from;
    for (;;) {
      const c = text.charCodeAt(at);
      if (c === QUOTE) break;
      if (c === BACKSLASH) at += 1;
      else if (!(c >= 32)) {
        this.at = at;
        throw this.fail(
          at >= text.length ? 'Unterminated string' : 'Control character in a string; write it as an escape',
        );
      }
      at += 1;
      if (at > text.length) {
        this.at = text.length;
        throw this.fail('Unterminated string');
      }
    }
    this.at = start;
    let decoded: string;
    try {
      decoded = JSON.parse(text.slice(start - 1, at + 1)) as string;
    } catch {
      throw this.fail('Malformed escape in a string');
    }
    if (decoded.includes('\u0000')) throw this.fail('The character \\u0000 is not allowed');
    if (!decoded.isWellFormed()) throw this.fail('An escape is half of a surrogate pair, which is not a character');
    this.at = at + 1;
    return decoded;
  }

  private number(parent: JsonObject | JsonArray, key: string): number {
    const text = this.text;
    const start = this.at;
    let at = start;
    let c = text.charCodeAt(at);
    if (c === 45) c = text.charCodeAt(++at);
    if (c === 48) c = text.charCodeAt(++at);
    else if (c >= 49 && c <= 57) {
      do c = text.charCodeAt(++at);
      while (c >= 48 && c <= 57);
    } else throw this.fail('Malformed number');
    if (c === 46) {
      c = text.charCodeAt(++at);
      if (!(c >= 48 && c <= 57)) throw this.fail('Malformed number');
      do c = text.charCodeAt(++at);
      while (c >= 48 && c <= 57);
    }
    if (c === 69 || c === 101) {
      c = text.charCodeAt(++at);
      if (c === 43 || c === 45) c = text.charCodeAt(++at);
      const digits = at;
      while (c >= 48 && c <= 57) c = text.charCodeAt(++at);
      if (at === digits) throw this.fail('Malformed number');
      if (Math.abs(Number(text.slice(digits, at))) > MAX_EXPONENT) throw this.fail('The number is out of range');
    }
    if (c >= 48 && c <= 57) throw this.fail('A number must not start with 0');
    if (at - start > MAX_NUMBER_LENGTH) throw this.fail(`A number may have at most ${MAX_NUMBER_LENGTH} characters`);
    const written = text.slice(start, at);
    const value = Number(written);
    if (String(value) !== written || Object.is(value, -0)) keepNumberText(parent, key, written);
    this.at = at;
    return value;
  }
}

/** JSON text without white space; numbers as they were written (see {@link EXACT}). `undefined` properties are left out. */
export function stringifyJson(value: JsonValue): string {
  return hasExact(value) ? write(value) : JSON.stringify(value);
}

/** The digits of the number at `parent[key]` as they were written, e.g. `1.00`; undefined when it is not a number. */
export function numberText(parent: JsonObject | JsonArray, key: string): string | undefined {
  const value = (parent as JsonObject)[key];
  if (typeof value !== 'number') return undefined;
  return exactText(parent, key, value);
}

/** Keeps how the number at `parent[key]` is written; undefined forgets it. */
export function keepNumberText(parent: JsonObject | JsonArray, key: string, text: string | undefined): void {
  const exact = parent[EXACT];
  if (exact === undefined) {
    if (text !== undefined) parent[EXACT] = { [key]: text };
  } else if (text === undefined) Reflect.deleteProperty(exact, key);
  else exact[key] = text;
}

function exactText(parent: JsonObject | JsonArray, key: string, value: number): string {
  const kept = parent[EXACT]?.[key];
  return kept !== undefined && Number(kept) === value ? kept : String(value);
}

function hasExact(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value[EXACT] !== undefined) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (hasExact(item)) return true;
    return false;
  }
  for (const key in value) {
    const item = value[key];
    if (item !== null && typeof item === 'object' && hasExact(item)) return true;
  }
  return false;
}

function write(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const parts: string[] = [];
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      parts.push(typeof item === 'number' ? exactText(value, String(index), item) : write(item));
    });
    return `[${parts.join(',')}]`;
  }
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const text = typeof item === 'number' ? exactText(value, key, item) : write(item);
    parts.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${parts.join(',')}}`;
}

/** A deep copy that keeps exact numbers (structuredClone drops symbols). */
export function cloneJson<T extends JsonValue>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  const copy = (Array.isArray(value) ? [] : {}) as JsonObject;
  const source = value as unknown as JsonObject;
  for (const key of Object.keys(source)) {
    const item = source[key];
    copy[key] = item === undefined ? undefined : cloneJson(item);
  }
  const exact = source[EXACT];
  if (exact !== undefined) copy[EXACT] = { ...exact };
  return copy as unknown as T;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

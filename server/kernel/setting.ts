import { cpus } from 'node:os';

/** One environment variable, described once: read from here, documented from here. */
export interface Setting<T> {
  readonly name: string;
  /** What it is for; one or two sentences. */
  readonly text: string;
  /** What values are taken, for the documentation and for error messages. */
  readonly accepts: string;
  /** The default as documented. */
  readonly shown: string;
  readonly fallback: T;
  /** @throws Error without a message worth showing when the text is not acceptable */
  parse(text: string): T;
}

type Words = Pick<Setting<unknown>, 'name' | 'text'>;

export function text(words: Words, fallback: string): Setting<string> {
  return { ...words, accepts: 'text', shown: fallback, fallback, parse: (value) => value };
}

/** Undefined (the default) means `shown`. */
export function optionalText(words: Words, shown: string): Setting<string | undefined> {
  return { ...words, accepts: 'text', shown, fallback: undefined, parse: (value) => value };
}

/** A URL of one of some schemes; undefined (the default) means `shown`. */
export function optionalUrl(words: Words, schemes: readonly string[], shown: string): Setting<string | undefined> {
  const accepts = `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return {
    ...words,
    accepts,
    shown,
    fallback: undefined,
    parse(value) {
      if (!schemes.includes(new URL(value).protocol.slice(0, -1))) throw new Error(accepts);
      return value.replace(/\/+$/, '');
    },
  };
}

/** A whole number with its unit. */
export function integer(
  words: Words,
  fallback: number,
  { min, max, unit = '' }: { readonly min: number; readonly max: number; readonly unit?: string },
): Setting<number> {
  const accepts = `a whole number${unit === '' ? '' : ` of ${unit}`}, ${min} to ${max}`;
  return {
    ...words,
    accepts,
    shown: String(fallback),
    fallback,
    parse(value) {
      const number = Number(value);
      if (!/^[0-9]+$/.test(value) || number < min || number > max) throw new Error(accepts);
      return number;
    },
  };
}

export function choice<T extends string>(words: Words, fallback: T, values: readonly T[]): Setting<T> {
  const accepts = values.join(', ');
  return {
    ...words,
    accepts,
    shown: fallback,
    fallback,
    parse(value) {
      const known = values.find((candidate) => candidate === value);
      if (known === undefined) throw new Error(accepts);
      return known;
    },
  };
}

export function flag(words: Words, fallback: boolean): Setting<boolean> {
  const chosen = choice(words, fallback ? 'true' : 'false', ['true', 'false']);
  return { ...chosen, fallback, parse: (value) => chosen.parse(value) === 'true' };
}

/** The number of cores of this machine. */
export function cores(words: Words): Setting<number> {
  return { ...integer(words, cpus().length, { min: 1, max: 256 }), shown: 'number of cores' };
}

type Value<S> = S extends Setting<infer T> ? T : never;
export type Settings<Table> = { readonly [K in keyof Table]: Value<Table[K]> };

/**
 * The settings of a table as the environment has them; empty variables count as unset.
 * @param problems gets a line, for the operator, for each variable that is not acceptable
 */
export function readSettings<Table extends Readonly<Record<string, Setting<unknown>>>>(
  table: Table,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Settings<Table> {
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(table)) {
    const written = env[setting.name]?.trim();
    values[key] = setting.fallback;
    if (written === undefined || written === '') continue;
    try {
      values[key] = setting.parse(written);
    } catch {
      problems.push(`${setting.name}: not acceptable; it takes ${setting.accepts}.`);
    }
  }
  return values as Settings<Table>;
}

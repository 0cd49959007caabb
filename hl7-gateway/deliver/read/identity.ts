import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** A business identifier: `system` and `value` together name one thing of its type. */
export interface Identity {
  readonly system: string;
  readonly value: string;
}

/** One text for it, among those of its type. */
export function identityKey(type: string, { system, value }: Identity): string {
  return `${type}?identifier=${encodeURIComponent(system)}|${encodeURIComponent(value)}`;
}

/** The identity that criteria ask for, where they ask for nothing else: `identifier=system|value`. */
export function readIdentity(query: string): Identity | undefined {
  const asked = /^identifier=([^&]+)$/.exec(query)?.[1];
  if (asked === undefined) return undefined;
  const text = decoded(asked);
  const bar = text.indexOf('|');
  if (bar < 1) return undefined;
  // Most have nothing that is escaped, and many are read for each message.
  if (!/[\\,]/.test(text) && text.indexOf('|', bar + 1) === -1)
    return identityOr(text.slice(0, bar), text.slice(bar + 1));
  // https://hl7.org/fhir/R4/search.html#escaping
  const [system = '', value = '', rest = ''] = text.match(/(?:\\[\s\S]|[^\\|,])*[|,]?/g) ?? [];
  if (!system.endsWith('|') || /(?<!\\)[|,]$/.test(value) || rest !== '') return undefined;
  return identityOr(unescaped(system.slice(0, -1)), unescaped(value));
}

function identityOr(system: string, value: string): Identity | undefined {
  return system === '' || value === '' ? undefined : { system, value };
}

/** The token that finds it, for a list of tokens in a search. */
export function identityToken({ system, value }: Identity): string {
  return `${encodeURIComponent(escaped(system))}|${encodeURIComponent(escaped(value))}`;
}

/** Those of a resource that have both parts; `identifier` is a list in most types, one in some. */
export function identitiesOf(resource: JsonObject): readonly Identity[] {
  const { identifier } = resource;
  return (Array.isArray(identifier) ? identifier : [identifier]).flatMap((each) => identityOf(each));
}

function identityOf(identifier: JsonValue | undefined): readonly Identity[] {
  if (!isObject(identifier)) return [];
  const { system, value } = identifier;
  return typeof system === 'string' && typeof value === 'string' ? [{ system, value }] : [];
}

function escaped(text: string): string {
  return text.replace(/[\\,|$]/g, '\\$&');
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}

function decoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

import { fault } from '../kernel/fault.ts';

export type Format = 'json' | 'xml';

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['json', 'json'],
  ['application/fhir+json', 'json'],
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['xml', 'xml'],
  ['application/fhir+xml', 'xml'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['*/*', 'json'],
  ['application/*', 'json'],
]);

export interface MediaType {
  /** Lower case, without parameters. */
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = text.split(';');
  const parameters: Record<string, string> = {};
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at === -1) continue;
    parameters[part.slice(0, at).trim().toLowerCase()] = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
  }
  return { type: type.trim().toLowerCase(), parameters };
}

/** FHIR versions by the `fhirVersion` parameter: https://hl7.org/fhir/R4/http.html#version-parameter */
export function isR4({ parameters }: MediaType): boolean {
  const version = parameters.fhirversion;
  return version === undefined || version === '4.0' || version === '4.0.1';
}

export interface Accepted {
  /** Media types of Accept, best first. */
  readonly types: readonly string[];
  /** The best format of resources among them; undefined when there is none. */
  readonly format: Format | undefined;
}

const ANYTHING: Accepted = { types: [], format: 'json' };
// Clients send the same few headers again and again.
const MEMORY = 256;
const known = new Map<string, Accepted>();

/** What an Accept header asks for: https://www.rfc-editor.org/rfc/rfc9110#field.accept */
export function parseAccept(header: string | undefined): Accepted {
  if (header === undefined || header === '*/*') return ANYTHING;
  let accepted = known.get(header);
  if (accepted === undefined) {
    accepted = read(header);
    if (known.size >= MEMORY) known.clear();
    known.set(header, accepted);
  }
  return accepted;
}

function read(header: string): Accepted {
  const wanted: { readonly type: string; readonly quality: number }[] = [];
  for (const part of header.split(',')) {
    const media = parseMediaType(part);
    const quality = Number(media.parameters.q ?? 1);
    if (media.type !== '' && quality > 0 && isR4(media)) wanted.push({ type: media.type, quality });
  }
  wanted.sort((a, b) => b.quality - a.quality);
  const types = wanted.map(({ type }) => type);
  const best = types.find((type) => FORMATS.has(type));
  return { types, format: best === undefined ? undefined : FORMATS.get(best) };
}

/**
 * The format that `_format` names; it overrides Accept. https://hl7.org/fhir/R4/http.html#parameters
 * @throws Fault 406
 */
export function formatOf(parameter: string): Format {
  // An unescaped + of application/fhir+json arrives as a space.
  const media = parseMediaType(parameter.replace(/ (?=(json|xml)\b)/, '+'));
  const format = FORMATS.get(media.type);
  if (format === undefined || media.type.endsWith('*') || !isR4(media)) throw notAcceptable('_format');
  return format;
}

/** The answer to a client that takes no format of resources. @param name of the header or parameter that says so */
export function notAcceptable(name: string): Error {
  return fault(
    'rest.notAcceptable',
    406,
    'not-supported',
    'Resources are served as application/fhir+json or application/fhir+xml of FHIR version 4.0.',
    `http.${name}`,
  );
}

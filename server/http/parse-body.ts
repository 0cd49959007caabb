import { isAscii, isUtf8 } from 'node:buffer';
import type { Definitions } from '../definitions/definitions.ts';
import { readJson } from '../formats/json.ts';
import { readXml } from '../formats/read-xml.ts';
import { fault, Fault } from '../kernel/fault.ts';
import { JsonSyntaxError, type JsonValue } from '../kernel/json.ts';
import type { Format, MediaType } from './media-type.ts';
import { tooLarge } from './read-body.ts';

const BODY_FORMATS: ReadonlyMap<string, Format> = new Map([
  ['application/fhir+json', 'json'],
  ['application/json', 'json'],
  ['application/json-patch+json', 'json'],
  ['application/fhir+xml', 'xml'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
]);

/** How a media type is parsed; undefined when it is none that carries resources. */
export function bodyFormat(media: MediaType | undefined): Format | undefined {
  return media === undefined ? undefined : BODY_FORMATS.get(media.type);
}

/**
 * The text of a body.
 * @throws Fault 415 for a charset other than UTF-8, 400 for bytes that are not UTF-8
 */
export function decodeText(bytes: Buffer, media: MediaType | undefined): string {
  const charset = media?.parameters.charset?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw fault('rest.badCharset', 415, 'not-supported', 'The charset of a body must be UTF-8.', 'http.Content-Type');
  }
  // Decoding as latin1 copies bytes; ASCII is the usual case.
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw fault('rest.badUtf8', 400, 'structure', 'The body is not valid UTF-8.', 'http.body');
  return bytes.toString('utf8');
}

/**
 * The tree of a JSON or XML body.
 * @throws Fault 400 with line and column of a syntax error; 413 for more XML than 4 MiB, and for more values than
 * memory should hold
 */
export function parseBody(bytes: Buffer, media: MediaType, format: Format, definitions: Definitions): JsonValue {
  if (format === 'xml' && bytes.length > MAX_XML) throw tooLarge(MAX_XML);
  if (bytes.length > MAX_STRUCTURES) refuseBomb(bytes);
  const text = decodeText(bytes, media);
  if (format === 'xml') return readXml(text, definitions);
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { message, line, column, path } = error;
    const issue = { severity: 'error', code: 'structure', text: `${message}.`, line, column } as const;
    const expression = [path === '' ? 'http.body' : path];
    throw new Fault('rest.badJson', 400, [{ ...issue, expression }], { cause: error });
  }
}

/** Bytes. Reading XML holds up all other requests of a worker, for about a second at that size. */
const MAX_XML = 4_194_304;
const MAX_STRUCTURES = 1_000_000;

const isStructure = new Uint8Array(256);
for (const character of '{[,<') isStructure[character.charCodeAt(0)] = 1;

/** 12 MB of `{},` would become half a gigabyte of objects; a body of fewer bytes than the limit cannot have that many. */
function refuseBomb(bytes: Buffer): void {
  let count = 0;
  for (let at = 0; at < bytes.length && count <= MAX_STRUCTURES; at += 1) count += isStructure[bytes[at] ?? 0] ?? 0;
  if (count > MAX_STRUCTURES) {
    throw fault(
      'rest.tooManyValues',
      413,
      'too-costly',
      `A body may have at most ${MAX_STRUCTURES} objects, arrays and separators; send large Bundles in parts.`,
      'http.body',
    );
  }
}

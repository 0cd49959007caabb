import type { JsonObject } from '../../../server/kernel/json.ts';
import { filled } from '../elements.ts';
import type { Value } from '../reading/value.ts';

/** What senders call the commonest types; HL7 tables 0191 and 0291 give the halves of a MIME type. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pdf: 'application/pdf',
    jpeg: 'image/jpeg',
    jpg: 'image/jpeg',
    png: 'image/png',
    gif: 'image/gif',
    tiff: 'image/tiff',
    rtf: 'application/rtf',
    html: 'text/html',
    xml: 'text/xml',
    plain: 'text/plain',
    txt: 'text/plain',
  }),
);

const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    application: 'application',
    ap: 'application',
    audio: 'audio',
    au: 'audio',
    image: 'image',
    im: 'image',
    text: 'text',
    tx: 'text',
    multipart: 'multipart',
    video: 'video',
  }),
);

/** Table 0191 and 0291 (`AP`, `PDF`), or a MIME type in one piece. */
export function mimeType(type: string, subtype: string): string | undefined {
  const [whole] = [type, subtype].filter((text) => /^[a-z]+\/[\w.+-]+$/i.test(text));
  if (whole !== undefined) return whole.toLowerCase();
  const name = subtype.toLowerCase().replace(/^x-hl7-/, '');
  const known = SHORT_NAMES.get(name) ?? (name === '' ? SHORT_NAMES.get(type.toLowerCase()) : undefined);
  if (known !== undefined) return known;
  const main = TYPES.get(type.toLowerCase());
  return main !== undefined && /^[\w.+-]+$/.test(name) ? `${main}/${name}` : undefined;
}

/**
 * ED: source, type, subtype, encoding (`Base64`, `Hex`, `A`), data.
 * Base64 is cleaned of line ends, text becomes Base64; data that are not what the encoding says count as text.
 * https://hl7.org/fhir/R4/datatypes.html#Attachment
 */
export function attachmentOfEd(value: Value): JsonObject | undefined {
  const data = value.part(5).whole();
  if (data === '') return undefined;
  const bytes = decoded(data, value.text(4));
  return {
    ...filled({ contentType: mimeType(value.text(2), value.text(3)) ?? sniffed(bytes) }),
    data: bytes.toString('base64'),
  };
}

/** RP: pointer, application, type, subtype. */
export function attachmentOfRp(value: Value): JsonObject | undefined {
  const pointer = value.part(1).whole();
  if (pointer === '') return undefined;
  const contentType = mimeType(value.text(3), value.text(4));
  const title = value.part(2).text(1);
  return filled({ contentType, url: pointer, title });
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function decoded(data: string, encoding: string): Buffer {
  const packed = data.replaceAll(/\s/g, '');
  const name = encoding.toLowerCase();
  if (name === 'hex' && /^(?:[0-9a-f]{2})*$/i.test(packed)) return Buffer.from(packed, 'hex');
  if (name !== 'a' && name !== 'hex' && packed.length % 4 === 0 && BASE64.test(packed))
    return Buffer.from(packed, 'base64');
  return Buffer.from(data, 'utf8');
}

/** The type of data whose sender tells none: PDF is what reports come as. */
function sniffed(bytes: Buffer): string | undefined {
  return bytes.subarray(0, 5).toString('latin1') === '%PDF-' ? 'application/pdf' : undefined;
}

import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

/**
 * Where DICOM's JSON names addresses: BulkDataURI, and RetrieveURL (0008,1190). A quote within a string has a backslash before it, so
 * that what stands between these quotes, with a colon behind, is a key.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_F.2.2.html
 */
const ADDRESSES = /("BulkDataURI"\s*:\s*)("(?:[^"\\]|\\.)*")|("00081190"\s*:\s*\{)([^{}]*)(?=\})/g;
const STRING = /("(?:[^"\\]|\\.)*")(\s*:)?/g;
/** More than the longest of them; so much of a text is kept back until more of it has come. */
const LONGEST = 4096;

/**
 * Rewrites addresses in DICOM JSON while it streams by; the rest of the text stays as it is.
 * @param addressOf for one that the PACS says; undefined: there is none, and an empty text stands for it
 */
export function rewriteJson(addressOf: (said: string) => string | undefined): Transform {
  const decoder = new StringDecoder('utf8');
  let kept = '';
  const take = (text: string): string => rewriteJsonText(kept + text, addressOf);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = take(decoder.write(chunk));
      const end = Math.max(0, text.length - LONGEST);
      kept = text.slice(end);
      done(null, text.slice(0, end));
    },
    flush(done) {
      done(null, take(decoder.end()));
    },
  });
}

/** As {@link rewriteJson}, of a whole text. */
export function rewriteJsonText(text: string, addressOf: (said: string) => string | undefined): string {
  const rewritten = (quoted: string): string => {
    const said = parsed(quoted);
    // The value representation stands beside the addresses.
    return said === 'UR' ? quoted : JSON.stringify(addressOf(said) ?? '');
  };
  return text.replace(
    ADDRESSES,
    (
      _,
      bulk: string | undefined,
      address: string | undefined,
      retrieve: string | undefined,
      inner: string | undefined,
    ) =>
      bulk === undefined
        ? `${retrieve ?? ''}${(inner ?? '').replace(STRING, (each: string, value: string, colon: string | undefined) => (colon === undefined ? rewritten(value) : each))}`
        : `${bulk}${rewritten(address ?? '""')}`,
  );
}

function parsed(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
}

const OID = 'urn:oid:';
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Not empty, no white space. https://hl7.org/fhir/R4/datatypes.html#uri */
export function isUri(text: string): boolean {
  let isAscii = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 0xfffe) return false;
    if (code > 127) isAscii = false;
  }
  return text !== '' && (isAscii || !/\s/.test(text));
}

/** `urn:oid:` and numbers without leading zeros, of which the first is 0, 1 or 2. */
export function isOid(text: string): boolean {
  if (!/^urn:oid:[012]\./.test(text)) return false;
  let start = OID.length + 2;
  for (let at = start; at <= text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (at === text.length || code === DOT) {
      const length = at - start;
      if (length === 0 || (length > 1 && text.charCodeAt(start) === ZERO)) return false;
      start = at + 1;
    } else if (code < ZERO || code > NINE) return false;
  }
  return true;
}

/** `urn:uuid:` and 8-4-4-4-12 hexadecimal digits. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

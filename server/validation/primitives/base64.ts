const EQUALS = 61;

/**
 * Groups of four characters of base64, with white space anywhere between characters; by hand, because the
 * specification's regular expression takes time that doubles with every blank.
 * https://hl7.org/fhir/R4/datatypes.html#base64Binary
 */
export function isBase64(text: string): boolean {
  let count = 0;
  let padding = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 9 || code === 10 || code === 13) continue;
    count += 1;
    if (code === EQUALS) padding += 1;
    else if (padding > 0 || !isDigit(code)) return false;
  }
  return count > 0 && count % 4 === 0 && padding <= 2;
}

/** A-Z, a-z, 0-9, `+`, `/` */
function isDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 47 && code <= 57) || code === 43;
}

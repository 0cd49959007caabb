const MAX_LENGTH = 1024 * 1024;

/**
 * 1 to 1,048,576 characters, none of which XML cannot hold: control characters except tab and line ends, U+FFFE, U+FFFF.
 * https://hl7.org/fhir/R4/datatypes.html#string
 */
export function isString(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > MAX_LENGTH) return false;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 ? code !== 9 && code !== 10 && code !== 13 : code >= 0xfffe) return false;
  }
  return true;
}

/** No white space at the ends, and nowhere two of it. https://hl7.org/fhir/R4/datatypes.html#code */
export function isCode(text: string): boolean {
  return isString(text) && !/^\s|\s\s|\s$/.test(text);
}

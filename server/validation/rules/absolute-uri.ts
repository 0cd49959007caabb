/** Starts with a scheme: `http://…`, `urn:…`. */
export function isAbsoluteUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text);
}

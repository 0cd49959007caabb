/** What the text of a literal reference says by itself. https://hl7.org/fhir/R4/references.html#literal */
export interface ReferenceText {
  /** Base of the server with a final slash; empty for `Type/id`. */
  readonly base: string;
  readonly type: string;
  readonly id: string;
  readonly version: string | undefined;
}

const RESTFUL =
  /^(?:(https?:\/\/[^\s?#]+\/))?([A-Z][A-Za-z]{1,63})\/([A-Za-z0-9.-]{1,64})(?:\/_history\/([A-Za-z0-9.-]{1,64}))?$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:./;

/** Undefined for what is not `[base]Type/id`: URNs, `#id`, searches, URLs of other shapes. */
export function readReference(text: string): ReferenceText | undefined {
  const match = RESTFUL.exec(text);
  if (match === null) return undefined;
  const [, base = '', type = '', id = '', version] = match;
  return { base, type, id, version };
}

export function isAbsoluteUrl(text: string): boolean {
  return ABSOLUTE.test(text);
}

import { scanXhtml, type XhtmlHandler } from '../narrative/scan.ts';

const XHTML = 'http://www.w3.org/1999/xhtml';

/**
 * One well-formed `div` element: what could not stand in an XML document could not be read as XML later.
 * https://hl7.org/fhir/R4/narrative.html#xhtml
 * Which elements it may hold, and that it holds something, is the business of the invariants txt-1 and txt-2. A missing
 * namespace is added when XML is written.
 */
export function isXhtml(text: string): boolean {
  let isDiv: boolean | undefined;
  let isPlain = true;
  const handler: XhtmlHandler = {
    element(name) {
      isDiv ??= name === 'div';
      if (name.includes(':')) isPlain = false;
    },
    attribute(name, value) {
      const colon = name.indexOf(':');
      if (name === 'xmlns' ? value !== XHTML : colon !== -1 && !name.startsWith('xml:')) isPlain = false;
    },
    content() {
      // Any text will do.
    },
  };
  return scanXhtml(text, handler) === undefined && isDiv === true && isPlain;
}

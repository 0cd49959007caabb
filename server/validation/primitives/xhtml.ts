import { embeddableXhtml } from '../../formats/xhtml.ts';

/**
 * One well-formed `div` element: what could not stand in an XML document could not be read as XML later.
 * https://hl7.org/fhir/R4/narrative.html#xhtml
 * Which elements it may hold, and that it holds something, is the business of the invariants txt-1 and txt-2; official
 * examples have empty ones.
 */
export function isXhtml(text: string): boolean {
  return embeddableXhtml(text) !== undefined;
}

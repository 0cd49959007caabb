/**
 * One `div` element. https://hl7.org/fhir/R4/narrative.html#xhtml
 * What it may hold, and that it holds something, is the business of the invariants txt-1 and txt-2; official examples
 * have empty ones.
 */
export function isXhtml(text: string): boolean {
  const div = text.trim();
  return /^<div[\s>]/.test(div) && div.endsWith('</div>');
}

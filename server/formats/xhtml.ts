import { SaxesParser } from 'saxes';
import { XHTML_NAMESPACE } from './xml-plan.ts';

const PIECE = 4096;
const MAX_DEPTH = 100;
const DIV_WITHOUT_NAMESPACE = /^\s*<div(?=[\s/>])/;

/**
 * Narrative.div as it may stand in an XML document: well-formed, one `div` in the namespace of XHTML, nothing else.
 * A missing namespace is added, since JSON senders leave it out at times. Undefined when the text cannot stand in XML.
 * https://hl7.org/fhir/R4/narrative.html#xhtml
 */
export function embeddableXhtml(div: string): string | undefined {
  if (isXhtml(div)) return div;
  const completed = div.replace(DIV_WITHOUT_NAMESPACE, `<div xmlns="${XHTML_NAMESPACE}"`);
  return completed !== div && isXhtml(completed) ? completed : undefined;
}

function isXhtml(text: string): boolean {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const found = { isSound: true };
  let depth = 0;
  const refuse = (): void => {
    found.isSound = false;
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('xmldecl', refuse);
  parser.on('processinginstruction', refuse);
  parser.on('opentag', ({ prefix, local, uri }) => {
    if (prefix !== '' || uri !== XHTML_NAMESPACE || (depth === 0 && local !== 'div')) found.isSound = false;
    depth += 1;
    // Resolving a namespace costs saxes a look at every open element.
    if (depth > MAX_DEPTH) found.isSound = false;
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  // In pieces, so that a long text is given up at its first mistake.
  for (let at = 0; found.isSound && at < text.length; at += PIECE) parser.write(text.slice(at, at + PIECE));
  if (found.isSound) parser.close();
  return found.isSound;
}
